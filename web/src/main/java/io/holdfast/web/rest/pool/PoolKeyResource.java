package io.holdfast.web.rest.pool;

import io.holdfast.server.pool.PoolId;
import io.holdfast.server.pool.PoolKeyKind;
import io.holdfast.server.pool.PoolKeyService;
import io.holdfast.web.rest.Required;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** {@code /pools/<id>/keys}: the ways into an encrypted pool (OPT-17). */
@Path("/pools/{id}/keys")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class PoolKeyResource {
  @Inject private PoolKeyService keys;

  /** A recovery key: in this answer and never again. */
  public record Made(String recoveryKey) {
    @Override
    public String toString() {
      return "Made[***]";
    }
  }

  /** Tells the server a secret that opens the pool already. */
  @PUT
  @Path("/server")
  public void enter(@PathParam("id") String id, PoolSecretText secret) {
    keys.enter(new PoolId(id), Required.body(secret).key());
  }

  /** Makes a new passphrase or key file; the old one of its kind opens the pool no more. */
  @POST
  public void replace(@PathParam("id") String id, PoolSecretText secret) {
    keys.replace(new PoolId(id), Required.body(secret).key());
  }

  /** Makes a new recovery key; the old one opens the pool no more. */
  @POST
  @Path("/recovery")
  public Made recovery(@PathParam("id") String id) {
    return new Made(keys.newRecoveryKey(new PoolId(id)));
  }

  /** Removes a kind: PASSPHRASE, KEY_FILE or RECOVERY_KEY. */
  @DELETE
  @Path("/{kind}")
  public void remove(@PathParam("id") String id, @PathParam("kind") String kind) {
    PoolKeyKind wanted =
        Required.value("kind", Required.choice("kind", kind, PoolKeyKind.class, null));
    keys.remove(new PoolId(id), wanted);
  }
}
