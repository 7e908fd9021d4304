import java.nio.file.*;
import java.util.*;
import java.util.concurrent.CountDownLatch;
import org.opensearch.common.logging.LogConfigurator;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.Plugin;

/** OpenSearch node made of classpath jars: java -Dos.home=DIR OpenSearchServer plugin.Class ... (reads DIR/config/opensearch.yml) */
public class OpenSearchServer {
  static class ClasspathNode extends Node {
    ClasspathNode(Environment env, List<Class<? extends Plugin>> plugins) { super(env, plugins, true); }
  }
  public static void main(String[] args) throws Exception {
    Path home = Paths.get(System.getProperty("os.home")).toAbsolutePath();
    Settings base = Settings.builder().put("path.home", home.toString()).build();
    LogConfigurator.registerErrorListener();
    Environment env = InternalSettingsPreparer.prepareEnvironment(base, Map.of(), home.resolve("config"), () -> "node-1");
    LogConfigurator.setNodeName(Node.NODE_NAME_SETTING.get(env.settings()));
    LogConfigurator.configure(env);
    List<Class<? extends Plugin>> plugins = new ArrayList<>();
    for (String a : args) plugins.add(Class.forName(a).asSubclass(Plugin.class));
    Node node = new ClasspathNode(env, plugins);
    CountDownLatch done = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      try { node.close(); } catch (Exception e) { e.printStackTrace(); } finally { done.countDown(); }
    }));
    node.start();
    done.await();
  }
}
