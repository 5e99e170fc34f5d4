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
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * A class that breaks a rule, as source: it lives where such a class would, and no build compiles
 * it along.
 *
 * @param place its package
 * @param source one class named {@code name}, with whole names instead of imports
 */
record BadCode(String place, String name, String source) {

  /** Compiles them all and reads them together with everything that is shipped. */
  static JavaClasses amongTheGood(List<BadCode> bad, Path directory) {
    compile(bad, directory);
    Set<Location> everything = new HashSet<>(Locations.ofPackage("dev.tailrace"));
    everything.add(Location.of(directory));
    return new ClassFileImporter()
        .withImportOption(new DoNotIncludeTests())
        .importLocations(everything);
  }

  String fullName() {
    return place + "." + name;
  }

  private static void compile(List<BadCode> bad, Path directory) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> options =
        List.of(
            "-d", directory.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none");
    List<JavaFileObject> files = bad.stream().map(BadCode::file).toList();
    var told = new StringWriter();
    if (!compiler.getTask(told, null, null, options, null, files).call()) {
      throw new IllegalStateException("the bad examples do not compile: " + told);
    }
  }

  private JavaFileObject file() {
    URI uri = URI.create("bad:///" + fullName().replace('.', '/') + ".java");
    return new SimpleJavaFileObject(uri, JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return "package " + place + "; " + source;
      }
    };
  }
}
