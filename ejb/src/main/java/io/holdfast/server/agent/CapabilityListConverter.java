package io.holdfast.server.agent;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import java.util.List;
import java.util.stream.Collectors;

/** One module a line: name, + or -, detail, separated by tabs. */
@Converter
public class CapabilityListConverter implements AttributeConverter<List<AgentCapability>, String> {
  @Override
  public String convertToDatabaseColumn(List<AgentCapability> modules) {
    return modules == null
        ? ""
        : modules.stream()
            .map(
                module ->
                    module.name()
                        + "\t"
                        + (module.available() ? "+" : "-")
                        + "\t"
                        + module.detail().replaceAll("[\\t\\n\\r]+", " "))
            .collect(Collectors.joining("\n"));
  }

  @Override
  public List<AgentCapability> convertToEntityAttribute(String column) {
    return column == null || column.isEmpty()
        ? List.of()
        : column
            .lines()
            .map(line -> line.split("\t", 3))
            .map(part -> new AgentCapability(part[0], "+".equals(part[1]), part[2]))
            .toList();
  }
}
