package dev.tailrace.local;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;

/**
 * The rules of the architecture, held against every class that is shipped; each says in its failure
 * why it is there and how to fix a break.
 *
 * <p>They are tested here because only local has all modules on its class path. A new rule is a
 * constant of one of the three classes below, with a line in {@link ArchitectureRulesTest} that
 * breaks it.
 */
@AnalyzeClasses(packages = "dev.tailrace", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest static final ArchTests MODULES = ArchTests.in(ModuleRules.class);

  @ArchTest static final ArchTests VENDORS = ArchTests.in(VendorRules.class);

  @ArchTest static final ArchTests HABITS = ArchTests.in(HabitRules.class);
}
