#include "tools/edits/edit_tools.hpp"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>

#include <executus/tool/typed_tool.hpp>

#include "tools/edits/patch.hpp"
#include "tools/edits/replacement.hpp"
#include "tools/shared/stop_at_exit.hpp"

namespace executus::tools {
namespace {

using tool::Call;
using tool::Failed;
using tool::Outcome;

Error arguments_error(const std::string& what) { return failed("tool.arguments", what); }

const std::string& text_in(const FileText& now) {
  if (!now) throw failed("tool.path", "the file does not exist; write_file creates files");
  if (now->find('\0') != std::string::npos) throw failed("tool.path", "the file is binary, and is not edited as text");
  return *now;
}

FileText patched(const FilePatch& file, const FileText& now) {
  if (file.what == FilePatch::What::create) {
    if (now) throw failed("tool.patch", "'" + file.path + "' is to be created, and exists; patch what is there");
    return with_hunks("", file.hunks);
  }
  auto text = with_hunks(text_in(now), file.hunks);
  if (file.what == FilePatch::What::change) return text;
  if (!text.empty())
    throw failed("tool.patch", "'" + file.path + "' is to be deleted, and the patch leaves some of its lines");
  return std::nullopt;
}

// Errors of an edit name its file.
FileEdit naming(FileEdit edit) {
  edit.edited = [path = edit.path, edited = std::move(edit.edited)](const FileText& now) {
    try {
      return edited(now);
    } catch (const Error& error) {
      throw failed(error.code(), "'" + path + "': " + error.message());
    }
  };
  return edit;
}

// Why the run may not change a file that stands there as planned; nothing: it may.
std::optional<std::string> refusal(const PlannedFile& file, FileEdit::Needs needs, const Call& call) {
  if (file.before.empty() || file.before == file.after) return std::nullopt;
  auto seen = call.noted(note_of(file.absolute));
  if (seen && seen != file.before)
    return "'" + file.path + "' has changed since this run saw it last; read it again before it is changed";
  if (needs == FileEdit::Needs::not_stale || call.noted(whole_note_of(file.absolute)) == file.before)
    return std::nullopt;
  if (seen)
    return "this run has not read all of '" + file.path +
           "'; read it in one call before it is replaced as a whole, or use edit_file";
  return "'" + file.path + "' exists, and this run has not read it; read it before it is replaced, or use edit_file";
}

std::optional<std::string> refusal(const EditPlan& plan, const std::vector<FileEdit>& edits, const Call& call) {
  if (!call.noted) return std::nullopt;
  for (std::size_t i = 0; i < plan.size(); ++i)
    if (auto why = refusal(plan[i], edits[i].needs, call)) return why;
  return std::nullopt;
}

// Whether the run knows all of the file once it is changed.
bool knows_all_of(const PlannedFile& file, const std::vector<FileEdit>& edits, const Call& call) {
  bool whole = std::ranges::all_of(edits, [](const auto& edit) { return edit.needs == FileEdit::Needs::seen; });
  if (whole || file.before.empty() || file.after.empty()) return true;
  return call.noted && call.noted(whole_note_of(file.absolute)) == file.before;
}

std::map<std::string, std::string> notes_of(const EditPlan& done, const std::vector<FileEdit>& edits,
                                            const Call& call) {
  std::map<std::string, std::string> notes;
  for (const auto& file : done) {
    notes[note_of(file.absolute)] = file.after;
    if (knows_all_of(file, edits, call)) notes[whole_note_of(file.absolute)] = file.after;
  }
  return notes;
}

std::string changed_of(const EditPlan& done) {
  std::string names;
  for (const auto& file : done)
    if (file.before != file.after) names += (names.empty() ? "'" : ", '") + file.path + "'";
  return names;
}

Outcome outcome_of(const CarriedOut& carried, const EditPlan& plan, std::map<std::string, std::string> notes) {
  if (!carried.failure) {
    tool::Done done{told_of(plan)};
    done.notes = std::move(notes);
    return done;
  }
  Failed failed{carried.failure->message()};
  if (auto changed = changed_of(carried.done); !changed.empty())
    failed.message += "; these files are changed already: " + changed;
  failed.notes = std::move(notes);
  return failed;
}

// As the paths of plans are, without links.
std::string without_links(const std::string& path) {
  if (path.empty()) return "";
  auto absolute = std::filesystem::absolute(path);
  std::error_code ignored;
  return (std::filesystem::weakly_canonical(absolute.parent_path(), ignored) / absolute.filename()).string();
}

EditPlan plan_beside(const std::string& state, const std::vector<FileEdit>& edits, const std::string& root) {
  auto plan = plan_of(edits, ConfinedRoot(root));
  auto own = without_links(state);
  for (const auto& file : plan)
    if (!own.empty() && file.absolute.starts_with(own))
      throw failed("tool.path", "'" + file.path + "' is of the database of all runs, which these tools do not write");
  return plan;
}

// The plan is journaled before the first byte is written; a repeated call goes on with the first one.
Task<Outcome> edit(BlockingPool& pool, Milliseconds timeout, std::string state, std::vector<FileEdit> edits,
                   Call call) {
  StopAtExit waiting;
  EditPlan plan;
  if (call.planned) {
    plan = plan_from(*call.planned);
  } else {
    auto look = [state = std::move(state), edits, root = call.root] { return plan_beside(state, edits, root); };
    plan = co_await pool.run_within(timeout, std::move(look), std::make_shared<StartPermit>());
    if (auto why = refusal(plan, edits, call)) co_return Failed{*std::move(why)};
    if (call.intend) co_await call.intend(to_json(plan));
  }
  auto which = call.planned ? Attempt::Which::repeated : Attempt::Which::first;
  auto work = [plan, edits, root = call.root,
               attempt = Attempt{call.idempotency_key, which, waiting.source.get_token()}] {
    return carry_out(plan, edits, ConfinedRoot(root), attempt);
  };
  CarriedOut carried = co_await pool.run_within(timeout, std::move(work), call.permit);
  co_return outcome_of(carried, plan, notes_of(carried.done, edits, call));
}

template <class Args>
std::shared_ptr<tool::Tool> edit_tool(std::string name, std::string description, BlockingPool& pool,
                                      const std::string& state) {
  tool::ToolInfo info;
  info.spec.name = std::move(name);
  info.spec.description = std::move(description);
  info.effect = tool::Effect::idempotent;
  info.begins = tool::Begins::in_turn;
  info.kind = "file";
  info.categories = {"files"};
  auto run = [&pool, timeout = info.timeout, state](const Args& args, const Call& call) {
    return edit(pool, timeout, state, edits_of(args), call);
  };
  return make_tool<Args>(std::move(info), std::move(run));
}

}  // namespace

std::string_view describe_field(std::type_identity<WriteFileArgs>, std::string_view field) {
  if (field == "path") return "File below the root; folders that it lacks are made.";
  return "All that the file is to hold.";
}
std::string_view describe_field(std::type_identity<EditFileArgs>, std::string_view field) {
  if (field == "path") return "File below the root.";
  if (field == "old_text") return "Text that is in the file once, exactly as read_file shows it without line numbers.";
  if (field == "new_text") return "What is to stand there instead; \"\" deletes old_text.";
  if (field == "replace_all") return "Replace old_text wherever it is.";
  return "In place of the texts: hunks of a unified diff of this file.";
}
std::string_view describe_field(std::type_identity<ApplyPatchArgs>, std::string_view) {
  return "A unified diff (--- a/FILE, +++ b/FILE, @@ hunks with unchanged lines around each change) of one or more "
         "files; /dev/null for a file that is created or deleted.";
}

std::vector<FileEdit> edits_of(const WriteFileArgs& args) {
  return {{args.path, FileEdit::Needs::seen, [content = args.content](const FileText&) { return FileText(content); }}};
}

std::vector<FileEdit> edits_of(const EditFileArgs& args) {
  if (args.patch && (args.old_text || args.new_text || args.replace_all))
    throw arguments_error("give either old_text and new_text, or a patch");
  if (args.patch) {
    auto edited = [hunks = parse_hunks(*args.patch, args.path)](const FileText& now) {
      return FileText(with_hunks(text_in(now), hunks));
    };
    return {naming({args.path, FileEdit::Needs::not_stale, std::move(edited)})};
  }
  if (!args.old_text) throw arguments_error("give old_text and new_text, or a patch");
  if (!args.new_text) throw arguments_error("give new_text beside old_text; \"\" deletes the text");
  auto which = args.replace_all.value_or(false) ? Occurrences::all : Occurrences::exactly_one;
  auto edited = [from = *args.old_text, to = *args.new_text, which](const FileText& now) {
    return FileText(with_replacement(text_in(now), from, to, which));
  };
  return {naming({args.path, FileEdit::Needs::not_stale, std::move(edited)})};
}

std::vector<FileEdit> edits_of(const ApplyPatchArgs& args) {
  std::vector<FileEdit> edits;
  for (auto& file : parse_patch(args.patch)) {
    auto path = file.path;
    auto edited = [file = std::move(file)](const FileText& now) { return patched(file, now); };
    edits.push_back(naming({std::move(path), FileEdit::Needs::not_stale, std::move(edited)}));
  }
  return edits;
}

std::vector<std::shared_ptr<tool::Tool>> edit_tools(BlockingPool& pool, const std::string& state) {
  return {edit_tool<WriteFileArgs>("write_file",
                                   "Create a text file, or replace one as a whole that was read before. To change a "
                                   "part of a file use edit_file.",
                                   pool, state),
          edit_tool<EditFileArgs>("edit_file",
                                  "Change a text file: replace old_text by new_text, or apply a patch. All other bytes "
                                  "stay.",
                                  pool, state),
          edit_tool<ApplyPatchArgs>("apply_patch", "Apply a unified diff to one or more text files.", pool, state)};
}

std::optional<SeenFile> look_at_file(const std::string& path, const std::string& root) {
  try {
    auto place = ConfinedRoot(root).writable(path);
    if (auto text = place.read()) return SeenFile{place.absolute(), digest_of(text)};
  } catch (const Error&) {  // no file that is edited; what it is, reading it tells
  }
  return std::nullopt;
}

}  // namespace executus::tools
