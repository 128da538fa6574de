package io.holdfast.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * A message must not show "?" where it should name the thing: whoever makes an error gives every
 * parameter its text names. Read from the sources, for every call whose parameter names are
 * literals.
 */
class MessageParametersTest {
  private static final Pattern CALL =
      Pattern.compile(
          "(?:BackupException\\s*\\.\\s*(?:of|causedBy)|Notices?\\s*\\.\\s*\\w+|FormatErrors\\s*\\.\\s*corrupt|Reason\\s*\\.\\s*of)\\s*\\(");
  private static final Pattern CODE =
      Pattern.compile("(?:ErrorCode|NoticeCode|ReasonCode)\\s*\\.\\s*([A-Z_]+)");
  private static final Pattern NAME = Pattern.compile("\"([a-zA-Z_]+)\"");

  @Test
  void everyParameterOfAMessageIsGiven() throws IOException {
    Properties texts = new Properties();
    try (Reader reader =
        Files.newBufferedReader(
            Product.ROOT.resolve(
                "agent/contract/src/main/resources/io/holdfast/error/messages.properties"),
            StandardCharsets.UTF_8)) {
      texts.load(reader);
    }
    List<String> incomplete = new ArrayList<>();
    int calls = 0;
    for (Path file : Product.mainFiles(".java")) {
      String source = Files.readString(file, StandardCharsets.UTF_8);
      Matcher call = CALL.matcher(source);
      while (call.find()) {
        List<String> arguments = arguments(source, call.end());
        int at = codeAt(arguments);
        if (at < 0 || isBuiltElsewhere(arguments, at)) {
          continue;
        }
        calls++;
        Matcher code = CODE.matcher(arguments.get(at));
        code.find();
        Set<String> missing = parameters(texts.getProperty(code.group(1), ""));
        missing.removeAll(names(arguments.subList(at + 1, arguments.size())));
        if (!missing.isEmpty()) {
          incomplete.add(Product.ROOT.relativize(file) + " " + code.group(1) + " lacks " + missing);
        }
      }
    }
    assertTrue(calls > 20, "only " + calls + " calls were recognised");
    assertEquals(String.join("\n", List.of()), String.join("\n", incomplete));
  }

  /** The arguments of a call as source text; {@code from} is just after its opening bracket. */
  private static List<String> arguments(String source, int from) {
    List<String> found = new ArrayList<>();
    int depth = 0;
    int begin = from;
    boolean inText = false;
    for (int i = from; i < source.length(); i++) {
      char c = source.charAt(i);
      if (inText) {
        if (c == '\\') {
          i++;
        } else if (c == '"') {
          inText = false;
        }
      } else if (c == '"') {
        inText = true;
      } else if (c == '(' || c == '{' || c == '[') {
        depth++;
      } else if (c == ',' && depth == 0) {
        found.add(source.substring(begin, i).strip());
        begin = i + 1;
      } else if (c == ')' || c == '}' || c == ']') {
        if (depth-- == 0) {
          found.add(source.substring(begin, i).strip());
          return found;
        }
      }
    }
    return found;
  }

  private static int codeAt(List<String> arguments) {
    for (int i = 0; i < arguments.size(); i++) {
      if (CODE.matcher(arguments.get(i)).matches()) {
        return i;
      }
    }
    return -1;
  }

  /** A map or array made elsewhere cannot be judged here. */
  private static boolean isBuiltElsewhere(List<String> arguments, int codeAt) {
    List<String> rest = arguments.subList(codeAt + 1, arguments.size());
    return !rest.isEmpty() && !NAME.matcher(rest.get(0)).matches();
  }

  private static Set<String> names(List<String> namesAndValues) {
    Set<String> names = new TreeSet<>();
    for (int i = 0; i < namesAndValues.size(); i += 2) {
      Matcher name = NAME.matcher(namesAndValues.get(i));
      if (name.matches()) {
        names.add(name.group(1));
      }
    }
    return names;
  }

  private static Set<String> parameters(String text) {
    return Pattern.compile("\\{([a-zA-Z_]+)\\}")
        .matcher(text)
        .results()
        .map((MatchResult match) -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
