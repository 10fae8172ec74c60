// What calls of the editing tools do to files, worked out before anything is written. A plan names the files with the
// digests before and after; it is journaled before it is carried out. Carried out again after a kill it finishes what
// is missing: a file with the digest from before is written, one with the digest from after is done, and anything else
// was changed by something else, and is not touched.
//
// These functions block.
#pragma once

#include <functional>
#include <optional>
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
  // `seen`: a file is replaced as a whole, so the run has to have read all of what is there. `not_stale`: a part of it
  // is, and what the run has read of the file must still be there.
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

// What became of a plan.
struct CarriedOut {
  EditPlan done;                 // the files that are as planned now, by this attempt or one before it
  std::optional<Error> failure;  // why the others are not
};

// Of a call with that key.
struct Attempt {
  std::string key;
  enum class Which { first, repeated } which = Which::first;  // `repeated`: removes what others left half-written
  std::stop_token stop = {};
  FileCalls calls = {};
};

// Makes the files as planned. Fails with Error "tool.stale" before the first write where a file is neither as before
// nor as after, and with "tool.path" or "tool.stopped" between files. Throws Error "tool.plan" for a plan of other
// files.
[[nodiscard]] CarriedOut carry_out(const EditPlan& plan, const std::vector<FileEdit>& edits, const ConfinedRoot& root,
                                   const Attempt& attempt);

// What the model reads of a plan that was carried out.
[[nodiscard]] std::string told_of(const EditPlan& plan);

// The names of the notes that say which digest of a file the run saw last, and which it saw all of last.
[[nodiscard]] std::string note_of(const std::string& absolute);
[[nodiscard]] std::string whole_note_of(const std::string& absolute);

}  // namespace executus::tools
