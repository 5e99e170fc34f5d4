-- For which items an event is carried out, where there is one effect for each: a repeat is for the same ones.

alter table effect_done add column items text[];
