package dev.tailrace.consumers;

import dev.tailrace.contracts.service.Service;
import dev.tailrace.effects.ConsumerDescription;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * An application of this image.
 *
 * @param about what it is for, in a sentence
 * @param consumers what is registered with it; told without connecting to anything
 * @param start starts it with its settings from the environment
 */
record ConsumerApplication(
    String about,
    Supplier<List<ConsumerDescription>> consumers,
    Function<Map<String, String>, Service> start) {}
