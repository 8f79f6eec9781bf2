//! Bundles: the objects of one file, behind the markings that they carry (STIX 2.1, chapter 8).

use std::collections::BTreeSet;

use foldhash::{HashSet, HashSetExt};
use rayon::prelude::*;
use uuid::Uuid;

use super::objects::Object;
use super::{File, Ground, brief};
use crate::edition::model::brief_id_of;
use crate::edition::{BriefId, Edition, EntityId};

/// How many briefs of the site's bundle are in memory at once.
const AT_ONCE: usize = 256;

/// The text of a bundle.
pub fn bundle(edition: &Edition, ground: &Ground, file: File) -> String {
    let mut bundle = Bundle::default();
    match file {
        File::Brief(id) => bundle.brief(edition, ground, id),
        File::Actor(id) => bundle.actor(edition, ground, id),
        File::Site => bundle.site(edition, ground),
    }
    bundle.write(edition, ground)
}

#[derive(Default)]
struct Bundle {
    known: HashSet<Box<str>>,
    levels: BTreeSet<crate::marking::Tlp>,
    /// Each object behind a comma.
    objects: String,
}

impl Bundle {
    fn add(&mut self, object: &Object) {
        if self.known.insert(object.id.as_str().into()) {
            self.levels.insert(object.tlp);
            self.objects.push(',');
            self.objects.push_str(&object.json);
        }
    }

    fn brief(&mut self, edition: &Edition, ground: &Ground, id: BriefId) {
        self.told(&brief::tell(edition, ground, id));
    }

    fn told(&mut self, told: &brief::Told) {
        for object in told.shared.iter().copied().chain(&told.own) {
            self.add(object);
        }
    }

    /// An actor, what profiles say of it, and of each brief the relationships that have it at one end,
    /// each with its other end, and with what an indicator is based on.
    fn actor(&mut self, edition: &Edition, ground: &Ground, id: EntityId) {
        let actor = ground.entity(id);
        self.add(&ground.producer);
        self.add(actor);
        for at in &ground.claims_of[id.0 as usize] {
            let claim = &ground.claims[*at];
            self.add(ground.entity(claim.source));
            match claim.target {
                Some(target) => self.add(ground.entity(target)),
                None => ground
                    .sponsors
                    .get(&id)
                    .into_iter()
                    .for_each(|it| self.add(it)),
            }
            self.add(&claim.object);
        }
        for brief in &edition.entity(id).briefs {
            let told = brief::tell(edition, ground, *brief);
            let objects = || told.shared.iter().copied().chain(&told.own);
            let mut wanted: HashSet<&str> = HashSet::new();
            for object in objects() {
                if let Some((source, target)) = &object.ends
                    && (*source == actor.id || *target == actor.id)
                {
                    wanted.extend([&object.id, source, target].map(String::as_str));
                }
            }
            // An indicator comes with the observable that it is based on.
            for object in objects() {
                if let Some((source, target)) = &object.ends
                    && source.starts_with("indicator--")
                    && wanted.contains(source.as_str())
                {
                    wanted.extend([&object.id, target].map(String::as_str));
                }
            }
            for object in objects().filter(|object| wanted.contains(object.id.as_str())) {
                self.add(object);
            }
        }
    }

    fn site(&mut self, edition: &Edition, ground: &Ground) {
        self.add(&ground.producer);
        ground.authors.values().for_each(|author| self.add(author));
        ground.entities.iter().for_each(|entity| self.add(entity));
        ground.sponsors.values().for_each(|it| self.add(it));
        ground
            .claims
            .iter()
            .for_each(|claim| self.add(&claim.object));
        let ids: Vec<BriefId> = (0..edition.briefs.len()).map(brief_id_of).collect();
        for some in ids.chunks(AT_ONCE) {
            let told: Vec<brief::Told> = some
                .par_iter()
                .map(|id| brief::tell(edition, ground, *id))
                .collect();
            told.iter().for_each(|told| self.told(told));
        }
    }

    /// A bundle has no version: another content is another bundle.
    fn write(self, edition: &Edition, ground: &Ground) -> String {
        let hash = blake3::hash(self.objects.as_bytes());
        let id = Uuid::new_v5(&edition.site.namespace, hash.as_bytes());
        let markings = ground.markings.definitions(&self.levels).join(",");
        format!(
            r#"{{"type":"bundle","id":"bundle--{id}","objects":[{markings}{}]}}"#,
            self.objects
        ) + "\n"
    }
}
