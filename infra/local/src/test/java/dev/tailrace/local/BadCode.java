package dev.tailrace.local;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.core.importer.Locations;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * A class that breaks a rule, as source: it lives in the package where such a class would, and the
 * build does not see it.
 *
 * @param name with its package
 * @param body what stands between its braces, with whole names instead of imports
 */
record BadCode(String rule, String name, String body) {

  /** Compiles them all, and reads them together with everything that is shipped. */
  static JavaClasses amongTheGood(List<BadCode> bad, Path directory) {
    compile(bad, directory);
    Set<Location> everything = new HashSet<>(Locations.ofPackage("dev.tailrace"));
    everything.add(Location.of(directory));
    return new ClassFileImporter()
        .withImportOption(new DoNotIncludeTests())
        .importLocations(everything);
  }

  private static void compile(List<BadCode> bad, Path directory) {
    String classPath = System.getProperty("java.class.path");
    List<String> options =
        List.of("-d", directory.toString(), "-classpath", classPath, "-proc:none");
    List<JavaFileObject> files = bad.stream().map(BadCode::file).toList();
    var told = new StringWriter();
    var compiler = ToolProvider.getSystemJavaCompiler();
    if (!compiler.getTask(told, null, null, options, null, files).call()) {
      throw new IllegalStateException("the bad examples do not compile: " + told);
    }
  }

  private JavaFileObject file() {
    int dot = name.lastIndexOf('.');
    String source =
        "package %s; public class %s { %s }"
            .formatted(name.substring(0, dot), name.substring(dot + 1), body);
    URI uri = URI.create("bad:///" + name.replace('.', '/') + ".java");
    return new SimpleJavaFileObject(uri, JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return source;
      }
    };
  }

  @Override
  public String toString() {
    return rule + ": " + name + " { " + body + " }";
  }
}
