import java.io.File;
import java.util.Arrays;
import org.apache.kerby.kerberos.kerb.server.SimpleKdcServer;

/**
 * A key distribution center on loopback, over TCP alone. Arguments: its port, a directory to work in, the realm, and
 * then, for each keytab, `FILE=PRINCIPAL,…`. Prints `ready` and serves until its standard input ends.
 */
public final class KerberosKdc {
  private KerberosKdc() {}

  public static void main(String[] args) throws Exception {
    SimpleKdcServer kdc = new SimpleKdcServer();
    kdc.setWorkDir(new File(args[1]));
    kdc.setKdcRealm(args[2]);
    kdc.setKdcHost("127.0.0.1");
    kdc.setKdcTcpPort(Integer.parseInt(args[0]));
    kdc.setAllowUdp(false);
    kdc.init();
    kdc.start();
    for (String keytab : Arrays.copyOfRange(args, 3, args.length)) {
      String[] parts = keytab.split("=", 2);
      kdc.createAndExportPrincipals(new File(parts[0]), parts[1].split(","));
    }
    System.out.println("ready");
    while (System.in.read() >= 0) {
      // Whoever started this holds the other end, which closes when they die, too.
    }
    System.exit(0);
  }
}
