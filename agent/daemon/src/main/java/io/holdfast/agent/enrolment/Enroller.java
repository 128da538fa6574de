package io.holdfast.agent.enrolment;

import com.google.protobuf.ByteString;
import io.holdfast.agent.protocol.AgentDescription;
import io.holdfast.agent.protocol.EnrolRequest;
import io.holdfast.agent.protocol.EnrolResponse;
import io.holdfast.agent.protocol.EnrolmentGrpc;
import io.holdfast.error.BackupException;
import java.io.ByteArrayOutputStream;
import java.security.KeyPair;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes this host an agent of a server: a key pair is made and kept here, the server signs a
 * certificate for it. May be repeated; the agent stays the same one. AGT-05.
 */
public final class Enroller {
  private static final Logger LOG = LoggerFactory.getLogger(Enroller.class);
  private static final int TIME_LIMIT_SECONDS = 30;

  private final StateFolder state;

  public Enroller(StateFolder state) {
    this.state = state;
  }

  /**
   * Enrols and keeps the identity and the server's address.
   *
   * @throws BackupException ACCESS_KEY_REFUSED, SERVER_IDENTITY_WRONG, SERVER_UNREACHABLE,
   *     AGENT_KEY_DIFFERS when the server knows this agent with another key
   */
  public Identity enrol(ServerAddress server, AccessKey key, AgentDescription description) {
    KeyPair keys = SigningRequest.keyPair(state);
    EnrolRequest request =
        EnrolRequest.newBuilder()
            .setAccessKey(key.text())
            .setAgentId(state.agentId().toString())
            .setCertificateSigningRequest(
                ByteString.copyFrom(SigningRequest.encoded(keys, state.agentId())))
            .setDescription(description)
            .build();
    PinnedAuthority pinned = PinnedAuthority.ofFingerprint(key.fingerprint());
    try (ServerChannel channel = ServerChannel.open(server, pinned, Optional.empty())) {
      EnrolResponse response =
          channel.call(
              open ->
                  EnrolmentGrpc.newBlockingStub(open)
                      .withDeadlineAfter(TIME_LIMIT_SECONDS, TimeUnit.SECONDS)
                      .enrol(request));
      Identity identity = accepted(response, keys, pinned, server);
      identity.storeChain(state);
      state.set("server", server.toString());
      LOG.info("Enrolled as {} at {} with key {}", state.agentId(), server, key);
      return identity;
    }
  }

  /** The identity of a response, if its certificate is for our key and from the pinned CA. */
  static Identity accepted(
      EnrolResponse response, KeyPair keys, PinnedAuthority pinned, ServerAddress server) {
    ByteArrayOutputStream encoded = new ByteArrayOutputStream();
    response.getCertificateChainList().forEach(link -> encoded.writeBytes(link.toByteArray()));
    try {
      List<X509Certificate> chain = Identity.certificates(encoded.toByteArray());
      pinned.requireTrusted(chain);
      if (!Arrays.equals(chain.get(0).getPublicKey().getEncoded(), keys.getPublic().getEncoded())) {
        throw new CertificateException("the certificate is for another key");
      }
      return new Identity(keys.getPrivate(), chain);
    } catch (CertificateException refused) {
      throw ServerChannel.identityWrong(refused, server, pinned);
    }
  }
}
