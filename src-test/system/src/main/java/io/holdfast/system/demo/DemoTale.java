package io.holdfast.system.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.system.bed.Installation;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** What a demo tells while it goes on, and the line with its figures at the end. One thread. */
final class DemoTale {
  private final String password = newPassword();
  private final Map<String, Object> result = new LinkedHashMap<>();
  private final Map<String, Object> seconds = new LinkedHashMap<>();

  /** The administrator's, made for this demo. */
  String password() {
    return password;
  }

  void put(String name, Object value) {
    result.put(name, value);
  }

  /** Runs a step and keeps how long it took. */
  JsonNode timed(String name, Supplier<JsonNode> step) {
    long begun = System.nanoTime();
    JsonNode answer = step.get();
    seconds.put(name, Math.round((System.nanoTime() - begun) / 1e7) / 100.0);
    return answer;
  }

  /** Says where everything is, and prints {@code DEMO {…}}. */
  void end(Installation installation) throws JsonProcessingException {
    result.put("seconds", seconds);
    say("");
    say("The server is left running: " + installation.console());
    say("  user admin, password " + password);
    say("Stop everything with: ear/bin/holdfast --state '" + installation.state() + "' stop");
    System.out.println("DEMO " + new ObjectMapper().writeValueAsString(result));
  }

  static boolean compare(JsonNode run, String expected, String actual) {
    boolean same = expected.equals(actual);
    say(
        line(run, "written")
            + ", "
            + (same ? "identical" : "DIFFERENT: " + expected + " / " + actual));
    return same;
  }

  static String line(JsonNode run, String kept) {
    return "  done: read "
        + mib(run.path("readBytes").asLong())
        + ", "
        + kept
        + " "
        + mib(run.path("storedBytes").asLong());
  }

  static String mib(long bytes) {
    return String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
  }

  static void say(String text) {
    System.err.println(text);
  }

  private static String newPassword() {
    String letters = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    StringBuilder made = new StringBuilder("Hf1-");
    new SecureRandom().ints(12, 0, letters.length()).forEach(i -> made.append(letters.charAt(i)));
    return made.toString();
  }
}
