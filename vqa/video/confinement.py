"""Restrictions of a worker process: memory, CPU time, network, writing, other processes.

Resource limits apply on Linux and, except for memory, on macOS. The system-call filter needs Linux
and libseccomp, which Debian, Ubuntu, Fedora and Arch install by default.
"""

from __future__ import annotations

import errno
import signal
import sys
from pathlib import Path
from typing import Any

if sys.platform != "win32":
    import resource

_MAX_OPEN_FILES = 64
# Refused with EPERM. Everything that a decoder needs stays: reading files, memory, threads, time.
_NETWORK_CALLS = ("socket", "socketpair", "connect", "bind")  # for a worker that reads a camera
_REFUSED_CALLS = (
    *_NETWORK_CALLS,
    # the network, and descriptors from elsewhere
    "listen", "accept", "accept4", "pidfd_getfd",
    # other programs and other processes
    "execve", "execveat", "fork", "vfork", "ptrace", "process_vm_readv", "process_vm_writev", "kill", "tkill",
    "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_send_signal", "pidfd_open", "process_madvise", "kcmp",
    # changes to the file system
    "creat", "unlink", "unlinkat", "rename", "renameat", "renameat2", "mkdir", "mkdirat", "rmdir", "link", "linkat",
    "symlink", "symlinkat", "mknod", "mknodat", "truncate", "chmod", "fchmod", "fchmodat", "chown", "fchown", "lchown",
    "fchownat", "setxattr", "lsetxattr", "fsetxattr", "removexattr", "utimensat", "mount", "umount2", "pivot_root",
    "chroot", "open_by_handle_at",
    # rarely needed interfaces of the kernel, in which many faults were exploited
    "bpf", "perf_event_open", "userfaultfd", "keyctl", "add_key", "request_key", "unshare", "setns", "init_module",
    "finit_module", "kexec_load", "reboot", "shmget", "msgget", "semget",
)  # fmt: skip
# Refused with ENOSYS, as if the kernel lacked them: the C library then uses older calls, whose arguments the filter can check.
_ABSENT_CALLS = ("clone3", "io_uring_setup", "io_uring_enter", "io_uring_register", "openat2")
_CLONE_THREAD = 0x10000
_OPEN_TO_WRITE = (0o1, 0o2)  # O_WRONLY, O_RDWR


def confine(memory_bytes: int, *, network: bool = False) -> tuple[str, ...]:
    """Restrict this process irrevocably and return the names of the limits in effect.

    Where all of them are supported, the process can then neither write files nor start programs,
    and has at most 64 files open. On Windows, nothing is restricted.

    Args:
        memory_bytes: maximum memory beyond the current address space, in bytes.
        network: whether connections to other machines stay allowed.

    Returns:
        Those of `memory`, `cpu time`, `writing`, `open files`, `system calls` that this system
        supports. For `cpu time`, see `limit_cpu_time`.
    """
    applied_limits: list[str] = []
    if sys.platform != "win32":
        if sys.platform == "linux":
            size = _virtual_bytes() + memory_bytes
            resource.setrlimit(resource.RLIMIT_AS, (size, size))
            applied_limits.append("memory")
            # If the machine still runs out of memory, the kernel ends this process first.
            Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_NOFILE, (_MAX_OPEN_FILES, _MAX_OPEN_FILES))
        applied_limits += ["cpu time", "writing", "open files"]
    if sys.platform == "linux" and _filter_system_calls(network=network):
        applied_limits.append("system calls")
    return tuple(applied_limits)


def limit_cpu_time(seconds: float) -> None:
    """Let the kernel end this process (SIGXCPU) after `seconds` more of CPU time, rounded up.

    The CPU time of all threads counts. A later call replaces the limit. Does nothing on Windows.
    """
    if sys.platform != "win32":
        usage = resource.getrusage(resource.RUSAGE_SELF)
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(
            resource.RLIMIT_CPU, (int(usage.ru_utime + usage.ru_stime + seconds) + 1, hard)
        )
        signal.signal(signal.SIGXCPU, signal.SIG_DFL)


def unused_address_space() -> int:
    """Return by how many bytes the address-space limit exceeds this process's peak; Linux only.

    `sys.maxsize` without a limit, and on other systems.
    """
    if sys.platform != "linux":
        return sys.maxsize
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    peak_kib = next(line.split()[1] for line in status.splitlines() if line.startswith("VmPeak"))
    return sys.maxsize if limit == resource.RLIM_INFINITY else limit - 1024 * int(peak_kib)


def _virtual_bytes() -> int:
    """Return the size of this process's address space in bytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * resource.getpagesize()


def _filter_system_calls(*, network: bool) -> bool:
    """Install the seccomp filter in all threads; return whether that succeeded.

    False without libseccomp, and where the kernel refuses.

    Args:
        network: whether system calls that connect to other machines stay allowed.
    """
    try:
        import pyseccomp
    except (ImportError, RuntimeError, OSError):  # RuntimeError: the package without the library
        return False
    rules: Any = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    refusal, absence = pyseccomp.ERRNO(errno.EPERM), pyseccomp.ERRNO(errno.ENOSYS)
    try:
        rules.set_attr(pyseccomp.Attr.CTL_TSYNC, 1)
        for name in _REFUSED_CALLS:
            if network and name in _NETWORK_CALLS:
                continue
            _add(rules, refusal, name)
        for name in _ABSENT_CALLS:
            _add(rules, absence, name)
        _add(rules, refusal, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, _CLONE_THREAD, 0))
        for mode in _OPEN_TO_WRITE:
            _add(rules, refusal, "open", pyseccomp.Arg(1, pyseccomp.MASKED_EQ, mode, mode))
            _add(rules, refusal, "openat", pyseccomp.Arg(2, pyseccomp.MASKED_EQ, mode, mode))
        rules.load()
    except OSError:
        return False
    return True


def _add(rules: Any, action: int, name: str, *arguments: Any) -> None:
    """Add a rule for a system call to a filter, unless the processor or libseccomp lacks the call.

    Raises:
        OSError: libseccomp refuses the rule.
    """
    try:
        rules.add_rule(action, name, *arguments)
    except (ValueError, OSError) as error:
        if isinstance(error, OSError) and error.errno not in (errno.EINVAL, errno.EDOM):
            raise
