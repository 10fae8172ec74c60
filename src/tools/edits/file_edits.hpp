// What calls of the editing tools do to files, worked out before anything is written. A plan names the files with the
// digests before and after; it is journaled before it is carried out. Carried out again after a kill it finishes what
// is missing: a file with the digest from before is written, one with the digest from after is done, and anything else
// is another one's work, which is not touched.
//
// These functions block.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "tools/files/confined.hpp"
#include "tools/files/writable_place.hpp"

namespace executus::tools {

// What a call does to one file.
struct FileEdit {
  std::string path;  // as the model wrote it
  // `seen`: a file is replaced as a whole, so the run has to have read what is there. `not_stale`: a part of it is, and
  // what the run has read of the file must still be there.
  enum class Needs { seen, not_stale } needs = Needs::not_stale;
  // The text after the edit. Pure; throws Error for one that cannot be made.
  std::function<FileText(const FileText& now)> edited;
};

// Of one file, by digest (digest_of).
struct PlannedFile {
  std::string path;      // below the root, without links
  std::string absolute;  // the same, with the root
  std::string before;
  std::string after;
  bool operator==(const PlannedFile&) const = default;
};
using EditPlan = std::vector<PlannedFile>;

[[nodiscard]] boost::json::object to_json(const EditPlan& plan);
[[nodiscard]] EditPlan plan_from(const boost::json::object& stored);  // throws Error "tool.plan"

// Throws Error for an edit that cannot be made, and when two edits are of one file.
[[nodiscard]] EditPlan plan_of(const std::vector<FileEdit>& edits, const ConfinedRoot& root);

// Makes the files as planned; `key` is the call's own. Throws Error "tool.stale" before the first write where a file is
// neither as before nor as after, and Error "tool.path" for one that cannot be written, which names those that are.
void carry_out(const EditPlan& plan, const std::vector<FileEdit>& edits, const ConfinedRoot& root,
               const std::string& key, const std::stop_token& stop);

// What the model reads of a plan that was carried out.
[[nodiscard]] std::string told_of(const EditPlan& plan);

// The name of the note that says which digest of a file the run saw last.
[[nodiscard]] std::string note_of(const std::string& absolute);

}  // namespace executus::tools
