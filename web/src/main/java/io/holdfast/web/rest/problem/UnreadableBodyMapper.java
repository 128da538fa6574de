package io.holdfast.web.rest.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.util.stream.Collectors;

/**
 * A body that is no JSON, or holds a field that the request does not know: the caller's error,
 * naming the field. The body itself is not repeated; it may hold a password.
 */
@Provider
public class UnreadableBodyMapper implements ExceptionMapper<JsonProcessingException> {
  private static final int BAD_REQUEST = 400;

  @Context private HttpHeaders headers;

  @Override
  public Response toResponse(JsonProcessingException failure) {
    String field = "body";
    String expected = "JSON";
    if (failure instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
      field =
          mapping.getPath().stream()
              .map(
                  step ->
                      step.getFieldName() == null
                          ? "[" + step.getIndex() + "]"
                          : step.getFieldName())
              .collect(Collectors.joining("."));
    }
    if (failure instanceof UnrecognizedPropertyException unknown) {
      expected = String.valueOf(unknown.getKnownPropertyIds());
    }
    return ProblemWriter.response(
        BackupException.of(
            ErrorCode.INVALID_VALUE, "field", field, "value", "?", "expected", expected),
        headers,
        BAD_REQUEST);
  }
}
