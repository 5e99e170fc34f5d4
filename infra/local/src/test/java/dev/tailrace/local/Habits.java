package dev.tailrace.local;

import static com.tngtech.archunit.base.DescribedPredicate.describe;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.tailrace.contracts.service.Service;
import java.time.Clock;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.NullMarked;

/** The words of {@link HabitRules} that ArchUnit does not have. */
final class Habits {

  static final DescribedPredicate<JavaClass> MAINS =
      describe("are a Main", type -> outermost(type).getSimpleName().endsWith("Main"));

  static final DescribedPredicate<JavaClass> ARRAYS = describe("an array", JavaClass::isArray);

  static final ArchCondition<JavaClass> READ_THE_ENVIRONMENT =
      touch("read the environment", target -> is(target, System.class, "getenv"));

  static final ArchCondition<JavaClass> PRINT =
      touch(
          "print",
          target ->
              is(target, System.class, "out")
                  || is(target, System.class, "err")
                  || (target.getName().equals("printStackTrace") && isWithoutParameters(target)));

  static final ArchCondition<JavaClass> ASK_THE_MACHINE_FOR_THE_TIME =
      touch(
          "ask the machine for the time",
          target -> is(target, System.class, "currentTimeMillis") || asksForNow(target));

  static final ArchCondition<JavaClass> LIVE_IN_A_NULL_MARKED_PACKAGE =
      that(
          "live in a @NullMarked package",
          type -> type.getPackage().isAnnotatedWith(NullMarked.class));

  static final ArchCondition<JavaClass> HAVE_MAIN =
      that(
          "have public static void main(String[])",
          type ->
              type.tryGetMethod("main", String[].class).filter(Habits::isPublicStatic).isPresent());

  static final ArchCondition<JavaClass> HAVE_A_START_BESIDE_IT =
      that(
          "have public static Service start(XConfig, Clock) in their package",
          config ->
              config.getPackage().getClasses().stream()
                  .flatMap(type -> type.getMethods().stream())
                  .anyMatch(method -> isStart(method, config)));

  private Habits() {}

  static JavaClass outermost(JavaClass type) {
    return type.getEnclosingClass().map(Habits::outermost).orElse(type);
  }

  static DescribedPredicate<JavaClass> in(String... names) {
    List<String> all = List.of(names);
    return describe(
        "are " + String.join(" or ", all), type -> all.contains(outermost(type).getName()));
  }

  /**
   * Such as Instant.now(), LocalDate.now(zone) and Clock.systemUTC(), but not Instant.now(clock).
   */
  private static boolean asksForNow(AccessTarget target) {
    String method = target.getName();
    return target.getOwner().getPackageName().equals("java.time")
        && (method.equals("now") || method.startsWith("system") || method.startsWith("tick"))
        && !takesAClock(target);
  }

  private static boolean takesAClock(AccessTarget target) {
    return target instanceof CodeUnitAccessTarget called
        && called.getRawParameterTypes().stream()
            .anyMatch(type -> type.isEquivalentTo(Clock.class));
  }

  private static boolean isWithoutParameters(AccessTarget target) {
    return target instanceof CodeUnitAccessTarget called && called.getRawParameterTypes().isEmpty();
  }

  private static boolean is(AccessTarget target, Class<?> owner, String name) {
    return target.getOwner().isEquivalentTo(owner) && target.getName().equals(name);
  }

  private static boolean isStart(JavaMethod method, JavaClass config) {
    List<JavaClass> taken = method.getRawParameterTypes();
    return isPublicStatic(method)
        && method.getName().equals("start")
        && method.getRawReturnType().isEquivalentTo(Service.class)
        && taken.size() == 2
        && taken.getFirst().equals(config)
        && taken.getLast().isEquivalentTo(Clock.class);
  }

  private static boolean isPublicStatic(JavaMethod method) {
    return method.getModifiers().contains(JavaModifier.PUBLIC)
        && method.getModifiers().contains(JavaModifier.STATIC);
  }

  /** Calls, reads, writes and method references; lambdas count as the class that they are in. */
  private static ArchCondition<JavaClass> touch(String what, Predicate<AccessTarget> targets) {
    return new ArchCondition<>(what) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        for (JavaAccess<?> access : type.getAccessesFromSelf()) {
          boolean touches = targets.test(access.getTarget());
          events.add(new SimpleConditionEvent(access, touches, access.getDescription()));
        }
      }
    };
  }

  private static ArchCondition<JavaClass> that(String what, Predicate<JavaClass> holds) {
    return new ArchCondition<>(what) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        String told = type.getName() + " does not " + what + " in " + type.getSourceCodeLocation();
        events.add(new SimpleConditionEvent(type, holds.test(type), told));
      }
    };
  }
}
