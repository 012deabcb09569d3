import io.kroxylicious.proxy.plugin.Plugin;
import io.kroxylicious.proxy.service.ClusterNetworkAddressConfigProvider;
import io.kroxylicious.proxy.service.ClusterNetworkAddressConfigProviderService;
import io.kroxylicious.proxy.service.HostPort;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One port for the bootstrap address and one for the only broker, both on loopback. The providers that Kroxylicious
 * brings listen on every address of the machine and have no setting for it; a bench opens no port to the network.
 */
@Plugin(configType = LoopbackPorts.Ports.class)
public final class LoopbackPorts implements ClusterNetworkAddressConfigProviderService<LoopbackPorts.Ports> {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int BROKER_ID = 1; // the id under which loadgen names itself

    /** The setting in the YAML file. */
    public record Ports(int bootstrapPort, int brokerPort) {}

    @Override
    public ClusterNetworkAddressConfigProvider build(Ports ports) {
        HostPort bootstrap = new HostPort(LOOPBACK, ports.bootstrapPort());
        HostPort broker = new HostPort(LOOPBACK, ports.brokerPort());
        return new ClusterNetworkAddressConfigProvider() {
            @Override
            public HostPort getClusterBootstrapAddress() {
                return bootstrap;
            }

            @Override
            public HostPort getBrokerAddress(int nodeId) {
                if (nodeId != BROKER_ID) throw new IllegalArgumentException("no broker " + nodeId);
                return broker;
            }

            @Override
            public Optional<String> getBindAddress() {
                return Optional.of(LOOPBACK);
            }

            @Override
            public Set<Integer> getExclusivePorts() {
                return Set.of(ports.bootstrapPort(), ports.brokerPort());
            }

            @Override
            public Map<Integer, HostPort> discoveryAddressMap() {
                return Map.of(BROKER_ID, broker);
            }
        };
    }
}
