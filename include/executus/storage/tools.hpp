// Tools with which a model keeps values and files: kv_get, kv_set, kv_list, kv_delete; file_save, file_get,
// file_get_text, file_get_metadata, file_list, file_delete; file_search where there is a searcher, create_file_url
// where there is a minter. Two groups, each of use without the other. An agent has those that it names.
//
// `scope` of a call says whose: "agent" (all runs of the agent; the default for values), "run" (this one; the default
// for files), "caller". A run reads the files of the runs below it as well (reach.hpp).
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include <executus/journal/store.hpp>
#include <executus/storage/file_searcher.hpp>
#include <executus/storage/file_store.hpp>
#include <executus/storage/file_token_minter.hpp>
#include <executus/storage/kv_store.hpp>
#include <executus/tool/tool.hpp>

namespace executus::storage {

// What is asked for at each call, and may throw Error: the call fails then. `quotas`: null, the static default. All
// outlive the tools.
struct KvToolParts {
  std::function<KvStore&()> values;
  QuotaProvider* quotas = nullptr;
};
struct FileToolParts {
  std::function<FileStore&()> files;
  std::function<journal::JournalStore&()> journal;
  QuotaProvider* quotas = nullptr;
  FileSearcher* searcher = nullptr;   // null: no file_search
  FileTokenMinter* minter = nullptr;  // null: no create_file_url
};

[[nodiscard]] std::vector<std::shared_ptr<tool::Tool>> kv_tools(KvToolParts parts);
[[nodiscard]] std::vector<std::shared_ptr<tool::Tool>> file_tools(FileToolParts parts);

// `cite` records a source that a run relies on and gives its number, counted from 1; the same source has the same one.
// The sources are a value of the run, a list of {"source", "title"?}. Without `parts.values` it is inert: it says that
// nothing is kept.
inline constexpr std::string_view kCitationsKey = "citations";
[[nodiscard]] std::shared_ptr<tool::Tool> cite_tool(KvToolParts parts);

}  // namespace executus::storage
