package io.holdfast.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.qemu.Command;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** A cvd-ds client; disk content is read with a public NBD client. */
final class CvdClient implements AutoCloseable {
  private final Socket socket;
  private final BufferedReader in;
  private final String address;

  CvdClient(String address, String password) throws IOException {
    this.address = address;
    socket = new Socket(address, 8192);
    in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    JsonNode hello = call("hello", Json.object().put("user", "admin").put("password", password));
    if (!hello.get("ok").asBoolean()) {
      throw new IOException(hello.toString());
    }
  }

  JsonNode call(String op, ObjectNode arguments) throws IOException {
    String line = arguments.put("id", 7).put("op", op).toString() + "\n";
    socket.getOutputStream().write(line.getBytes(StandardCharsets.UTF_8));
    return Json.parse(in.readLine());
  }

  JsonNode openSnapshot(int vm, String device, String snapshot) throws IOException {
    return call(
        "open",
        Json.object()
            .put("vmId", vm)
            .put("device", device)
            .put("snapshot", snapshot)
            .put("mode", "ro"));
  }

  String uri(JsonNode open) {
    return "nbd://"
        + address
        + ":"
        + open.get("dataPort").asInt()
        + "/"
        + open.get("export").asText();
  }

  /** SHA-256 of all bytes behind an open handle. */
  String sha256(JsonNode open, Path scratch) throws IOException {
    Files.deleteIfExists(scratch);
    Command.run(List.of("nbdcopy", uri(open), scratch.toString()));
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(scratch)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
