// What commands write. One place for one rule: nothing that exists is overwritten unless --force says so, and what may
// show somebody's fingers or a secret is its owner's alone.
#pragma once
#include <string>
#include <string_view>

#include "cli/options.h"
#include "core/bytes.h"
#include "core/files.h"

namespace puente::cli {

void add_force(Command& command, bool& force);  // the option

// kAlreadyExists where a file is that --force would overwrite: to be asked before long work. An empty path is none.
Status check_output(const std::string& path, bool force);

// "-" and /dev/stdout are standard output. The folder is not made.
Status write_output(const std::string& path, ByteView bytes, bool force, Readers readers = Readers::kOwner);
bool is_standard_output(const std::string& path);

// As a terminal shows it and nothing else: controls, what turns a line's direction, and what is no text are written
// out, as \u{202e} and \x{ff}.
std::string shown(std::string_view text);

// Makes a folder, with those above it, for files that are their owner's alone: 0700 where it is new.
Status make_private_folder(const std::string& path);

}  // namespace puente::cli
