package io.holdfast.server.policy;

import io.holdfast.server.database.NamedValues;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Exclusion patterns as a text column, in their order. */
@Converter
public class PatternsConverter implements AttributeConverter<List<String>, String> {
  @Override
  public String convertToDatabaseColumn(List<String> patterns) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String pattern : patterns) {
      values.put(Integer.toString(values.size()), pattern);
    }
    return NamedValues.write(values);
  }

  @Override
  public List<String> convertToEntityAttribute(String text) {
    return List.copyOf(NamedValues.read(text).values());
  }
}
