package io.holdfast.platform.h3ccas.rest;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * Reads {@code Error-Message} headers: the bytes are GBK [P], the HTTP client hands them over as
 * ISO-8859-1. GB18030 is GBK's superset.
 */
final class ErrorText {
  private ErrorText() {}

  static String decoded(String headerValue) {
    byte[] raw = headerValue.getBytes(StandardCharsets.ISO_8859_1);
    try {
      return Charset.forName("GB18030").newDecoder().decode(ByteBuffer.wrap(raw)).toString();
    } catch (CharacterCodingException notChinese) {
      return new String(raw, StandardCharsets.UTF_8);
    }
  }
}
