import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.PrivilegedExceptionAction;
import java.util.Map;
import javax.security.auth.Subject;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import javax.security.auth.login.Configuration;
import javax.security.auth.login.LoginContext;
import javax.security.sasl.Sasl;
import javax.security.sasl.SaslClient;

/**
 * Logs in by GSSAPI as clients did before Kafka 1.0: SaslHandshake v0, then tokens without any header, then Metadata v1
 * at once, before it knows whether the last token is answered. Arguments: host, port, keytab, principal, and `bare` to
 * leave out the handshake, as in Kafka 0.9. Prints how many bytes each answer to a token has, `-` where there is none,
 * and how many brokers Metadata names.
 */
public final class RawLogin {
  private static final short SASL_HANDSHAKE = 17;
  private static final short METADATA = 3;
  private static final int TIMEOUT_MS = 20_000;

  private RawLogin() {}

  public static void main(String[] args) throws Exception {
    Map<String, String> options =
        Map.of("useKeyTab", "true", "storeKey", "true", "keyTab", args[2], "principal", args[3]);
    Configuration configuration = new Configuration() {
      @Override
      public AppConfigurationEntry[] getAppConfigurationEntry(String name) {
        String module = "com.sun.security.auth.module.Krb5LoginModule";
        return new AppConfigurationEntry[] {
          new AppConfigurationEntry(module, LoginModuleControlFlag.REQUIRED, options)
        };
      }
    };
    LoginContext login = new LoginContext("raw", new Subject(), null, configuration);
    login.login();
    PrivilegedExceptionAction<String> session = () -> run(args[0], Integer.parseInt(args[1]), args[3], args.length > 4);
    System.out.println(Subject.doAs(login.getSubject(), session));
  }

  private static String run(String host, int port, String principal, boolean bare) throws Exception {
    SaslClient client =
        Sasl.createSaslClient(new String[] {"GSSAPI"}, principal, "kafka", host, Map.of(), callbacks -> {});
    try (Socket socket = new Socket(host, port)) {
      socket.setSoTimeout(TIMEOUT_MS);
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      DataInputStream in = new DataInputStream(socket.getInputStream());
      if (!bare) {
        send(out, request(SASL_HANDSHAKE, (short) 0, 1, string("GSSAPI")));
        ByteBuffer handshake = ByteBuffer.wrap(receive(in));
        if (handshake.getInt() != 1 || handshake.getShort() != 0) {
          throw new IOException("SaslHandshake v0 was refused");
        }
      }
      StringBuilder answers = new StringBuilder();
      byte[] token = client.evaluateChallenge(new byte[0]);
      while (!client.isComplete()) {
        send(out, token);
        byte[] challenge = receive(in);
        answers.append(challenge.length).append(' ');
        token = client.evaluateChallenge(challenge);
      }
      send(out, token);
      send(out, request(METADATA, (short) 1, 2, new byte[] {0, 0, 0, 0}));
      byte[] answer = receive(in);
      // An answer to the last token has no correlation id: it is shorter than any header.
      answers.append(answer.length < 4 ? answer.length + " " : "- ");
      ByteBuffer metadata = ByteBuffer.wrap(answer.length < 4 ? receive(in) : answer);
      if (metadata.getInt() != 2) {
        throw new IOException("the answer is not of Metadata");
      }
      return answers.append(metadata.getInt()).toString();
    }
  }

  private static byte[] string(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(2 + bytes.length).putShort((short) bytes.length).put(bytes).array();
  }

  private static byte[] request(short key, short version, int correlationId, byte[] body) {
    byte[] clientId = string("ks-raw");
    return ByteBuffer.allocate(8 + clientId.length + body.length)
        .putShort(key)
        .putShort(version)
        .putInt(correlationId)
        .put(clientId)
        .put(body)
        .array();
  }

  private static void send(DataOutputStream out, byte[] payload) throws IOException {
    out.write(ByteBuffer.allocate(4 + payload.length).putInt(payload.length).put(payload).array());
  }

  private static byte[] receive(DataInputStream in) throws IOException {
    byte[] payload = new byte[in.readInt()];
    in.readFully(payload);
    return payload;
  }
}
