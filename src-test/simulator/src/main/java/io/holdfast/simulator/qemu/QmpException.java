package io.holdfast.simulator.qemu;

import java.io.IOException;

/** QEMU refused a command. */
public final class QmpException extends IOException {
  public QmpException(String command, String description) {
    super(command + ": " + description);
  }
}
