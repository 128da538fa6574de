package io.holdfast.web.console.history;

import io.holdfast.server.run.RunProgress.TrafficPoint;
import io.holdfast.web.console.locale.Formats;
import io.holdfast.web.console.locale.Texts;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;

/**
 * The speed of a run over its life as a line (JOB-03), in one unit that fits the highest point. One
 * request, one thread.
 */
@Named("trafficChart")
@RequestScoped
public class TrafficChart {
  private static final String[] UNITS = {"B/s", "KiB/s", "MiB/s", "GiB/s", "TiB/s"};
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");
  private static final String LINE = "#2563eb";
  private static final String AREA = "rgba(37,99,235,0.12)";

  @Inject Texts texts;
  @Inject Formats formats;

  /** The chart's own description of itself, for its script library. */
  public String of(List<TrafficPoint> points) {
    long highest = points.stream().mapToLong(TrafficPoint::bytesPerSecond).max().orElse(0);
    int unit = unit(highest);
    ZoneId zone = formats.zoneId();
    JsonArrayBuilder times = Json.createArrayBuilder();
    JsonArrayBuilder speeds = Json.createArrayBuilder();
    for (TrafficPoint point : points) {
      times.add(TIME.format(point.at().atZone(zone)));
      speeds.add(scaled(point.bytesPerSecond(), unit));
    }
    String legend = texts.of("run.traffic.legend", UNITS[unit]);
    return Json.createObjectBuilder()
        .add("type", "line")
        .add(
            "data",
            Json.createObjectBuilder()
                .add("labels", times)
                .add("datasets", Json.createArrayBuilder().add(line(legend, speeds))))
        .add("options", options(UNITS[unit]))
        .build()
        .toString();
  }

  /** The same in words, for a reader who does not see it. */
  public String inWords(List<TrafficPoint> points) {
    long highest = points.stream().mapToLong(TrafficPoint::bytesPerSecond).max().orElse(0);
    double mean = points.stream().mapToLong(TrafficPoint::bytesPerSecond).average().orElse(0);
    return texts.of("run.traffic.words", formats.speed(highest), formats.speed(mean));
  }

  /** Index of the largest unit in which the speed is at least 1. */
  static int unit(long bytesPerSecond) {
    int unit = 0;
    for (long rest = bytesPerSecond; rest >= 1024 && unit < UNITS.length - 1; rest /= 1024) {
      unit++;
    }
    return unit;
  }

  /** The speed in that unit, two decimals. */
  static BigDecimal scaled(long bytesPerSecond, int unit) {
    return BigDecimal.valueOf(bytesPerSecond)
        .divide(BigDecimal.valueOf(1L << (10 * unit)), 2, RoundingMode.HALF_UP);
  }

  private static JsonObjectBuilder line(String legend, JsonArrayBuilder speeds) {
    return Json.createObjectBuilder()
        .add("label", legend)
        .add("data", speeds)
        .add("borderColor", LINE)
        .add("backgroundColor", AREA)
        .add("fill", true)
        .add("borderWidth", 2)
        .add("pointRadius", 2)
        .add("tension", new BigDecimal("0.2"));
  }

  private JsonObjectBuilder options(String unit) {
    JsonObject none = Json.createObjectBuilder().add("display", false).build();
    return Json.createObjectBuilder()
        .add("animation", false)
        .add("responsive", true)
        .add("maintainAspectRatio", false)
        .add("interaction", Json.createObjectBuilder().add("mode", "index").add("intersect", false))
        .add(
            "plugins",
            Json.createObjectBuilder()
                .add(
                    "legend",
                    Json.createObjectBuilder().add("position", "top").add("align", "end")))
        .add(
            "scales",
            Json.createObjectBuilder()
                .add(
                    "x",
                    Json.createObjectBuilder()
                        .add("title", title(texts.of("run.log.time")))
                        .add("grid", none)
                        .add(
                            "ticks",
                            Json.createObjectBuilder()
                                .add("maxTicksLimit", 8)
                                .add("maxRotation", 0)))
                .add(
                    "y",
                    Json.createObjectBuilder().add("beginAtZero", true).add("title", title(unit))));
  }

  private static JsonObjectBuilder title(String text) {
    return Json.createObjectBuilder().add("display", true).add("text", text);
  }
}
