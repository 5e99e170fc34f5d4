package dev.tailrace.consumers.journal;

import dev.tailrace.consumers.journal.Entry.Place;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/** Entries that are written in one transaction, in the order in which they were read. */
record Batch(List<Entry> entries) {

  /** A partition of a topic. */
  record Partition(String topic, int number) {}

  Batch {
    entries = List.copyOf(entries);
  }

  int size() {
    return entries.size();
  }

  <E extends Entry> List<E> of(Class<E> kind) {
    return entries.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** Behind the last entry of each partition. */
  Map<Partition, Long> next() {
    var next = new LinkedHashMap<Partition, Long>();
    for (Entry entry : entries) {
      Place place = entry.place();
      next.put(new Partition(place.topic(), place.partition()), place.offset() + 1);
    }
    return next;
  }

  /** The events of whose effects something is told. */
  Set<UUID> effectsTouched() {
    var touched = new LinkedHashSet<UUID>();
    for (Entry entry : entries) {
      switch (entry) {
        case Entry.Attempted attempted -> touched.add(attempted.effect().eventId());
        case Entry.Died died -> died.effect().ifPresent(effect -> touched.add(effect.eventId()));
        case Entry.Happened _, Entry.Expired _, Entry.Unreadable _ -> {}
      }
    }
    return touched;
  }

  /** The days whose partitions must be there. */
  Set<LocalDate> days() {
    var days = new TreeSet<LocalDate>();
    effectsTouched().forEach(id -> days.add(JournalDays.dayOf(id)));
    of(Entry.Happened.class).forEach(it -> days.add(JournalDays.dayOf(it.envelope().id())));
    return days;
  }

  /** The same in two, for one of which is the fault. */
  List<Batch> halves() {
    int middle = entries.size() / 2;
    return List.of(
        new Batch(entries.subList(0, middle)), new Batch(entries.subList(middle, entries.size())));
  }
}
