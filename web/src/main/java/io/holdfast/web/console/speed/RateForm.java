package io.holdfast.web.console.speed;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.speed.Rates;
import java.io.Serializable;
import java.util.List;

/** A rate as number and unit; no number means no limit. */
public class RateForm implements Serializable {
  private static final long serialVersionUID = 1L;

  private Long number;
  private Unit unit = Unit.MIB;

  /** Units of a rate. */
  public enum Unit {
    KIB,
    MIB,
    GIB;

    private long bytes() {
      return 1L << (10 * (ordinal() + 1));
    }
  }

  RateForm(long bytesPerSecond) {
    if (bytesPerSecond == Rates.UNLIMITED) {
      return;
    }
    for (Unit candidate : Unit.values()) {
      if (candidate == Unit.KIB
          || (bytesPerSecond > 0 && bytesPerSecond % candidate.bytes() == 0)) {
        unit = candidate;
        number = bytesPerSecond / candidate.bytes();
      }
    }
  }

  /** Bytes per second; {@link Rates#UNLIMITED} when no number is given. */
  long bytesPerSecond() {
    if (number == null) {
      return Rates.UNLIMITED;
    }
    try {
      return Rates.check(Math.multiplyExact(number, unit.bytes()));
    } catch (ArithmeticException tooMuch) {
      throw BackupException.causedBy(
          tooMuch,
          ErrorCode.INVALID_VALUE,
          "field",
          "limits.bytesPerSecond",
          "value",
          number,
          "expected",
          "0-" + Rates.MAX);
    }
  }

  public List<Unit> getUnits() {
    return List.of(Unit.values());
  }

  public Long getNumber() {
    return number;
  }

  public void setNumber(Long number) {
    this.number = number;
  }

  public Unit getUnit() {
    return unit;
  }

  public void setUnit(Unit unit) {
    this.unit = unit;
  }
}
