//! Kills and failures at a system call, by a filter in the kernel (seccomp(2)): what no clock hits.
//!
//! In: a command and a system call's number. Out: the command, whose process dies at the first
//! such call, before it does anything, or is told that the file system cannot do it.

use std::os::unix::process::CommandExt;
use std::process::Command;

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule,
};

/// The process dies at its first call of this kind.
pub fn kill_at(command: &mut Command, call: libc::c_long) -> &mut Command {
    let filter = filter(call, Vec::new(), SeccompAction::KillProcess);
    install(command, filter)
}

/// Two folders cannot be exchanged, as on file systems that do not know how.
pub fn without_exchange(command: &mut Command) -> &mut Command {
    let exchange = SeccompCondition::new(
        4,
        SeccompCmpArgLen::Dword,
        SeccompCmpOp::Eq,
        u64::from(libc::RENAME_EXCHANGE),
    )
    .and_then(|condition| SeccompRule::new(vec![condition]))
    .expect("a rule");
    let action = SeccompAction::Errno(libc::EINVAL.unsigned_abs());
    install(command, filter(libc::SYS_renameat2, vec![exchange], action))
}

fn filter(call: libc::c_long, rules: Vec<SeccompRule>, action: SeccompAction) -> BpfProgram {
    SeccompFilter::new(
        [(call, rules)].into(),
        SeccompAction::Allow,
        action,
        std::env::consts::ARCH.try_into().expect("a known machine"),
    )
    .and_then(TryInto::try_into)
    .expect("a filter")
}

fn install(command: &mut Command, filter: BpfProgram) -> &mut Command {
    let install =
        move || seccompiler::apply_filter(&filter).map_err(|_| std::io::Error::last_os_error());
    // SAFETY: between fork and exec only prctl(2) and seccomp(2) are called, and nothing is
    // allocated: the filter was made before.
    unsafe { command.pre_exec(install) }
}
