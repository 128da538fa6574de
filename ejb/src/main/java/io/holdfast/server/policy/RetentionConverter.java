package io.holdfast.server.policy;

import io.holdfast.server.database.NamedValues;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import java.util.LinkedHashMap;
import java.util.Map;

/** Retention as a text column; an empty one keeps everything. */
@Converter
public class RetentionConverter implements AttributeConverter<Retention, String> {
  @Override
  public String convertToDatabaseColumn(Retention retention) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("unit", retention.unit().name());
    values.put("keep", Integer.toString(retention.keep()));
    values.put("daily", Integer.toString(retention.periods().daily()));
    values.put("weekly", Integer.toString(retention.periods().weekly()));
    values.put("monthly", Integer.toString(retention.periods().monthly()));
    values.put("yearly", Integer.toString(retention.periods().yearly()));
    values.put("immutableDays", Integer.toString(retention.immutableDays()));
    return NamedValues.write(values);
  }

  @Override
  public Retention convertToEntityAttribute(String text) {
    Map<String, String> values = NamedValues.read(text);
    return new Retention(
        RetentionUnit.valueOf(values.getOrDefault("unit", RetentionUnit.NONE.name())),
        number(values, "keep"),
        new Retention.Periods(
            number(values, "daily"),
            number(values, "weekly"),
            number(values, "monthly"),
            number(values, "yearly")),
        number(values, "immutableDays"));
  }

  private static int number(Map<String, String> values, String name) {
    return Integer.parseInt(values.getOrDefault(name, "0"));
  }
}
