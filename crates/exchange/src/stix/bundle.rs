//! Bundles: the objects of one file, behind the markings that they carry (STIX 2.1, chapter 8).

use foldhash::{HashSet, HashSetExt};
use rayon::prelude::*;
use uuid::Uuid;

use super::brief::Told;
use super::objects::Object;
use super::{File, Ground, Shared};
use edition::model::brief_id_of;
use edition::{BriefId, Edition, EntityId};

/// The text of a bundle.
pub fn bundle(edition: &Edition, ground: &Ground, file: File) -> String {
    let mut bundle = Bundle {
        ground,
        known: HashSet::new(),
        objects: Vec::new(),
    };
    match file {
        File::Brief(id) => bundle.told(ground.told(edition, id)),
        File::Actor(id) => bundle.actor(edition, id),
        File::Site => bundle.site(edition),
    }
    bundle.write(edition)
}

/// The objects of a bundle, each once.
struct Bundle<'g> {
    ground: &'g Ground,
    known: HashSet<&'g str>,
    objects: Vec<&'g Object>,
}

impl<'g> Bundle<'g> {
    fn add(&mut self, object: &'g Object) {
        if self.known.insert(&object.id) {
            self.objects.push(object);
        }
    }

    fn told(&mut self, told: &'g Told) {
        for object in told.objects(self.ground) {
            self.add(object);
        }
    }

    /// An actor, what profiles say of it, and of each brief the relationships that have it at one end,
    /// each with its other end, with who says it, and with what an indicator is based on.
    fn actor(&mut self, edition: &Edition, id: EntityId) {
        let ground = self.ground;
        let actor = ground.entity(id);
        self.add(&ground.producer);
        self.add(actor);
        for at in &ground.claims_of[id.0 as usize] {
            let claim = &ground.claims[*at];
            self.add(ground.entity(claim.source));
            self.add(ground.shared(match claim.target {
                Some(target) => Shared::Entity(target),
                None => Shared::Sponsor(claim.source),
            }));
            self.add(&claim.object);
        }
        for brief in &edition.entity(id).briefs {
            let told = ground.told(edition, *brief);
            let mut wanted: HashSet<&str> = HashSet::new();
            for object in told.objects(ground) {
                if let Some((source, target)) = &object.ends
                    && (*source == actor.id || *target == actor.id)
                {
                    wanted.extend([&object.id, source, target].map(String::as_str));
                }
            }
            if wanted.is_empty() {
                continue;
            }
            // An indicator comes with the observable that it is based on.
            let mut based: Vec<&str> = Vec::new();
            for object in told.objects(ground) {
                if let Some((source, target)) = &object.ends
                    && source.starts_with("indicator--")
                    && wanted.contains(source.as_str())
                {
                    based.extend([&object.id, target].map(String::as_str));
                }
            }
            wanted.extend(based);
            self.add(told.author(ground));
            for object in told.objects(ground) {
                if wanted.contains(object.id.as_str()) {
                    self.add(object);
                    self.folder_of(object, told);
                }
            }
        }
    }

    /// A file refers to the folder that it is in.
    fn folder_of(&mut self, object: &Object, told: &'g Told) {
        if !object.id.starts_with("file--") {
            return;
        }
        let folders = told.own.iter();
        for folder in folders.filter(|folder| folder.id.starts_with("directory--")) {
            if object.json.contains(&folder.id) {
                self.add(folder);
            }
        }
    }

    fn site(&mut self, edition: &Edition) {
        let ground = self.ground;
        self.add(&ground.producer);
        let shared = ground.authors.iter().chain(&ground.entities);
        let shared = shared.chain(ground.sponsors.values());
        let shared = shared.chain(ground.claims.iter().map(|claim| &claim.object));
        shared.for_each(|object| self.add(object));
        let ids: Vec<BriefId> = (0..edition.briefs.len()).map(brief_id_of).collect();
        let told: Vec<&Told> = ids.par_iter().map(|id| ground.told(edition, *id)).collect();
        told.into_iter().for_each(|told| self.told(told));
    }

    /// A bundle has no version: another content is another bundle.
    fn write(self, edition: &Edition) -> String {
        let levels = self.objects.iter().map(|object| object.tlp).collect();
        let markings = self.ground.markings.definitions(&levels);
        let mut hash = blake3::Hasher::new();
        let parts = || {
            let objects = self.objects.iter().map(|object| object.json.as_str());
            markings.iter().map(String::as_str).chain(objects)
        };
        for marking in &markings {
            hash.update(marking.as_bytes());
        }
        for object in &self.objects {
            object.identify(&mut hash);
        }
        let id = Uuid::new_v5(&edition.site.namespace, hash.finalize().as_bytes());
        let size: usize = parts().map(|part| part.len() + 1).sum();
        let mut text = String::with_capacity(size + 128);
        text.push_str(r#"{"type":"bundle","id":"bundle--"#);
        text.push_str(&id.to_string());
        text.push_str(r#"","objects":["#);
        for (at, part) in parts().enumerate() {
            if at > 0 {
                text.push(',');
            }
            text.push_str(part);
        }
        text.push_str("]}\n");
        text
    }
}
