package io.holdfast.web.rest.platform;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.agent.AgentId;
import io.holdfast.server.inventory.Platform;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.inventory.PlatformKind;
import io.holdfast.server.inventory.PlatformLabel;
import io.holdfast.server.inventory.PlatformReach;
import io.holdfast.server.inventory.PlatformService;
import io.holdfast.server.inventory.PlatformSettings;
import io.holdfast.server.inventory.PlatformState;
import io.holdfast.server.inventory.PlatformTest;
import io.holdfast.web.rest.Languages;
import io.holdfast.web.rest.Required;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * {@code /platforms}: H3C CAS and its like (RES-01). A platform is tested before it is saved;
 * passwords never come back (RES-07).
 */
@Path("/platforms")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class PlatformResource {
  @Inject private PlatformService platforms;
  @Context private HttpHeaders headers;

  /**
   * What a person enters; without {@code port} the kind's usual one, in a change without password
   * the present one.
   */
  public record Settings(
      String name,
      String kind,
      String address,
      Integer port,
      Boolean tls,
      String user,
      String password,
      String agentId) {
    PlatformSettings checked(boolean passwordNeeded) {
      String secret = password == null ? "" : password;
      return new PlatformSettings(
          Required.text("name", name),
          PlatformKind.ofWireName(Required.text("kind", kind)),
          Required.text("address", address),
          Boolean.TRUE.equals(tls),
          port == null ? OptionalInt.empty() : OptionalInt.of(port),
          Required.text("user", user),
          passwordNeeded ? Required.text("password", secret) : secret,
          new AgentId(Required.text("agentId", agentId)));
    }

    @Override
    public String toString() {
      return "Settings[" + name + ", " + address + "]";
    }
  }

  /** A saved platform. */
  public record Entry(
      String id,
      String name,
      String kind,
      String address,
      int port,
      boolean tls,
      String user,
      String agentId,
      String product,
      String productVersion,
      List<String> tags,
      Reach reach) {
    static Entry of(Platform platform, PlatformReach reach, Locale locale) {
      return new Entry(
          platform.id().value(),
          platform.name(),
          platform.kind().wireName(),
          platform.address(),
          platform.port(),
          platform.tls(),
          platform.userName(),
          platform.backupHost().value(),
          platform.product(),
          platform.productVersion(),
          platform.tags(),
          Reach.of(reach, locale));
    }
  }

  /**
   * Whether it answered when it was asked last (RES-06); empty texts: never asked, no error.
   *
   * @param state ONLINE, OFFLINE, AGENT_AWAY or UNKNOWN
   */
  public record Reach(String state, String since, String askedAt, String error, String detail) {
    static Reach of(PlatformReach reach, Locale locale) {
      return new Reach(
          reach.state().name(),
          reach.since().map(Instant::toString).orElse(""),
          reach.askedAt().map(Instant::toString).orElse(""),
          reach.problem().map(problem -> problem.code().name()).orElse(""),
          reach.problem().map(problem -> problem.message(locale)).orElse(""));
    }
  }

  /** What people call it. */
  public record Label(String name, List<String> tags) {
    PlatformLabel checked() {
      return new PlatformLabel(
          Required.text("name", name), Required.value("tags", tags).stream().toList());
    }
  }

  /** What a test found. */
  public record Tested(String product, String version) {
    static Tested of(PlatformTest test) {
      return new Tested(test.product(), test.version());
    }
  }

  /**
   * By name; with {@code q} only those whose name, address or tags hold it, with {@code state} only
   * those that are in it (RES-06).
   */
  @GET
  public List<Entry> list(
      @QueryParam("q") @DefaultValue("") String query,
      @QueryParam("state") @DefaultValue("") String state) {
    Optional<PlatformState> wanted = wanted(state);
    return platforms.list().stream()
        .filter(platform -> platform.matches(query))
        .map(this::entry)
        .filter(entry -> wanted.map(one -> entry.reach().state().equals(one.name())).orElse(true))
        .toList();
  }

  private static Optional<PlatformState> wanted(String state) {
    if (state.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        Arrays.stream(PlatformState.values())
            .filter(one -> one.name().equals(state))
            .findFirst()
            .orElseThrow(
                () ->
                    BackupException.of(
                        ErrorCode.INVALID_VALUE,
                        "field",
                        "state",
                        "value",
                        state,
                        "expected",
                        Arrays.toString(PlatformState.values()))));
  }

  private Entry entry(Platform platform) {
    return Entry.of(platform, platforms.reach(platform.id()), Languages.of(headers));
  }

  /** Another name and other tags, without asking the platform (RES-06). */
  @PUT
  @Path("/{id}/label")
  public Entry label(@PathParam("id") String id, Label label) {
    return entry(platforms.label(new PlatformId(id), Required.body(label).checked()));
  }

  @POST
  public Entry add(Settings settings) {
    return entry(platforms.add(Required.body(settings).checked(true)));
  }

  @POST
  @Path("/test")
  public Tested test(Settings settings) {
    return Tested.of(platforms.test(Required.body(settings).checked(true)));
  }

  @GET
  @Path("/{id}")
  public Entry get(@PathParam("id") String id) {
    return entry(platforms.get(new PlatformId(id)));
  }

  @PUT
  @Path("/{id}")
  public Entry change(@PathParam("id") String id, Settings settings) {
    return entry(platforms.change(new PlatformId(id), Required.body(settings).checked(false)));
  }

  @POST
  @Path("/{id}/test")
  public Tested testSaved(@PathParam("id") String id) {
    return Tested.of(platforms.testSaved(new PlatformId(id)));
  }

  @DELETE
  @Path("/{id}")
  public void remove(@PathParam("id") String id) {
    platforms.remove(new PlatformId(id));
  }
}
