package io.holdfast.web.rest.agent;

import io.holdfast.server.agent.AccessKey;
import io.holdfast.server.agent.AgentService;
import io.holdfast.server.agent.IssuedAccessKey;
import io.holdfast.web.rest.Required;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;

/** {@code /access-keys}: what an agent needs to enrol. The key's text is shown once. */
@Path("/access-keys")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class AccessKeyResource {
  @Inject private AgentService agents;

  /** What a new key takes. */
  public record NewKey(String label) {}

  /** A fresh key with its text. */
  public record Issued(String id, String accessKey) {}

  /** A key without its secret; {@code revokedAt} is empty while it works. */
  public record Entry(
      String id, String label, String createdBy, String createdAt, String revokedAt, long uses) {
    static Entry of(AccessKey key) {
      return new Entry(
          key.id(),
          key.label(),
          key.createdBy(),
          key.createdAt().toString(),
          key.revokedAt().map(Instant::toString).orElse(""),
          key.uses());
    }
  }

  @POST
  public Issued create(NewKey wanted) {
    IssuedAccessKey key =
        agents.createAccessKey(Required.text("label", Required.body(wanted).label()));
    return new Issued(key.id(), key.text());
  }

  @GET
  public List<Entry> list() {
    return agents.accessKeys().stream().map(Entry::of).toList();
  }

  @DELETE
  @Path("/{id}")
  public void revoke(@PathParam("id") String id) {
    agents.revokeAccessKey(id);
  }
}
