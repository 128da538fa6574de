package io.holdfast.server.policy;

import java.util.Objects;

/**
 * How guests are frozen for their snapshot (CAS-05).
 *
 * @param guest whether
 * @param seconds after so long the backup host has a guest thawed, of no effect with {@link
 *     GuestFreeze#OFF}
 */
public record Freezing(GuestFreeze guest, int seconds) {
  public Freezing {
    Objects.requireNonNull(guest, "guest");
    OptionRange.FREEZE_SECONDS.check(seconds);
  }

  /** What a new policy starts with. */
  public static Freezing preset() {
    return new Freezing(GuestFreeze.ADAPTIVE, OptionRange.FREEZE_SECONDS.preset());
  }

  /** As it was before there was a choice. */
  public static Freezing off() {
    return new Freezing(GuestFreeze.OFF, OptionRange.FREEZE_SECONDS.preset());
  }
}
