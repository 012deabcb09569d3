import { X509Certificate } from 'node:crypto';
import type { Command } from 'commander';
import { exitCode } from './cli-error.ts';
import type { CliContext } from './context.ts';
import { authorityOf } from './tls-flags.ts';

const examples = `Examples:
  kafka-scope ca > kafka-scope-ca.pem
      save the certificate authority; on a terminal it also says how clients are told to trust it
`;

/** `ca`: the authority of `--tls-auto` for people (stderr) and for files (stdout). */
export function registerCa(program: Command, context: CliContext): void {
  program
    .command('ca')
    .description('Print the certificate authority of `proxy --tls-auto`, and how clients come to trust it')
    .addHelpText('before', examples)
    .action(() => {
      const authority = authorityOf(context.env);
      context.stdout.write(authority.cert);
      context.stderr.write(instructions(authority.certPath, authority.created, authority.cert));
      context.exit(exitCode.ok);
    });
}

function instructions(path: string, created: boolean, cert: string): string {
  const { fingerprint256, validTo } = new X509Certificate(cert);
  return `${created ? 'Made' : 'This is'} the authority in ${path}
valid until ${validTo}, SHA-256 ${fingerprint256}
Its key lies beside it, readable by you alone: who has it can pose as any host to clients that trust this.

Java (2.7 and later, no keystore needed):
  security.protocol=SSL
  ssl.truststore.type=PEM
  ssl.truststore.location=${path}
librdkafka (kcat, confluent-kafka, …):
  security.protocol=ssl
  ssl.ca.location=${path}
kafkajs:
  ssl: { ca: [readFileSync('${path}', 'utf8')] }
With SASL write SASL_SSL instead. Clients must connect by a name or address of this machine, by --advertise or a name of --advertise-pattern.
`;
}
