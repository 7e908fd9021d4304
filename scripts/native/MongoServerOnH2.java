import de.bwaldvogel.mongo.MongoBackend;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import java.util.List;

/** MongoServerOnH2 PORT FILE: serves on loopback until it is ended. */
public class MongoServerOnH2 {
  public static void main(String[] arguments) throws Exception {
    // The version says which operations drivers may use; those of today want 4.4 at least.
    MongoBackend backend = new H2Backend(arguments[1]).version(new MongoVersion() {
      public List<Integer> getVersionArray() { return List.of(4, 4, 0, 0); }
      public int getWireVersion() { return 9; }
    });
    MongoServer server = new MongoServer(backend);
    server.bind("127.0.0.1", Integer.parseInt(arguments[0]));
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown));
    Thread.currentThread().join();
  }
}
