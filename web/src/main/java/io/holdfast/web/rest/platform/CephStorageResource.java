package io.holdfast.web.rest.platform;

import io.holdfast.server.agent.AgentId;
import io.holdfast.server.ceph.CephStorage;
import io.holdfast.server.ceph.CephStorageId;
import io.holdfast.server.ceph.CephStorageService;
import io.holdfast.server.ceph.CephStorageSettings;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.web.rest.Required;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;

/**
 * {@code /platforms/{id}/ceph-storages}: the Ceph pools that disks of a platform lie in (RES-03).
 * Each is looked for in its cluster and on the platform before it is saved.
 */
@Path("/platforms/{id}/ceph-storages")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class CephStorageResource {
  @Inject private CephStorageService storages;

  /** What a person enters; without one of the others than pool and agent its usual value. */
  public record Settings(
      String pool,
      String agentId,
      String clientId,
      String configuration,
      String keyring,
      String volumeTemplate,
      String snapshotTemplate,
      String instanceTemplate,
      Boolean searchByObjectMap) {
    CephStorageSettings checked() {
      CephStorageSettings.Login login = CephStorageSettings.Login.PRESET;
      CephStorageSettings.Templates templates = CephStorageSettings.Templates.PRESET;
      return new CephStorageSettings(
          Required.text("pool", pool),
          new AgentId(Required.text("agentId", agentId)),
          new CephStorageSettings.Login(
              or(clientId, login.clientId()),
              or(configuration, login.configuration()),
              or(keyring, login.keyring())),
          new CephStorageSettings.Templates(
              or(volumeTemplate, templates.volume()),
              or(snapshotTemplate, templates.snapshot()),
              or(instanceTemplate, templates.instance())),
          Boolean.TRUE.equals(searchByObjectMap));
    }

    private static String or(String given, String usual) {
      return given == null ? usual : given;
    }
  }

  /** A saved pool. */
  public record Entry(
      String id,
      String pool,
      String agentId,
      String clientId,
      String configuration,
      String keyring,
      String volumeTemplate,
      String snapshotTemplate,
      String instanceTemplate,
      boolean searchByObjectMap) {
    static Entry of(CephStorage storage) {
      CephStorageSettings settings = storage.settings();
      return new Entry(
          storage.id().value(),
          settings.pool(),
          settings.backupHost().value(),
          settings.login().clientId(),
          settings.login().configuration(),
          settings.login().keyring(),
          settings.templates().volume(),
          settings.templates().snapshot(),
          settings.templates().instance(),
          settings.searchByObjectMap());
    }
  }

  /** By pool. */
  @GET
  public List<Entry> list(@PathParam("id") String id) {
    return storages.list(new PlatformId(id)).stream().map(Entry::of).toList();
  }

  @POST
  public Entry add(@PathParam("id") String id, Settings settings) {
    return Entry.of(storages.add(new PlatformId(id), Required.body(settings).checked()));
  }

  /** Checks settings without saving them. */
  @POST
  @Path("/test")
  public void test(@PathParam("id") String id, Settings settings) {
    storages.test(new PlatformId(id), Required.body(settings).checked());
  }

  @PUT
  @Path("/{storageId}")
  public Entry change(
      @PathParam("id") String id, @PathParam("storageId") String storageId, Settings settings) {
    return Entry.of(
        storages.change(
            new PlatformId(id), new CephStorageId(storageId), Required.body(settings).checked()));
  }

  @DELETE
  @Path("/{storageId}")
  public void remove(@PathParam("id") String id, @PathParam("storageId") String storageId) {
    storages.remove(new PlatformId(id), new CephStorageId(storageId));
  }
}
