using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace WazoPlugind.Plugins.Processes;

/// <summary>The few system calls that .NET has no method for.</summary>
public static partial class LibC
{
    private const int ReadOnlyNonBlockingNoFollowCloseOnExec = 0x0 | 0x800 | 0x20000 | 0x80000;
    private const int WriteOnlyCreateAppendCloseOnExec = 0x1 | 0x40 | 0x400 | 0x80000;
    private const int Kill = 9;
    private const int Stop = 19;
    private const int NoSuchProcess = 3;

    /// <summary>Opens a file without waiting for a FIFO's other end and without following a link at the end of the path.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static SafeFileHandle OpenForReading(string path) => Open(path, ReadOnlyNonBlockingNoFollowCloseOnExec);

    /// <summary>Opens a file, created if need be, so that every write goes to its end whoever else writes to it.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static SafeFileHandle OpenForAppending(string path) => Open(path, WriteOnlyCreateAppendCloseOnExec);

    /// <summary>Gives a file or directory to a user.</summary>
    /// <param name="path">The file or directory; a link is not followed.</param>
    /// <param name="user">The new owner.</param>
    /// <exception cref="IOException">The owner cannot be changed.</exception>
    public static void ChangeOwner(string path, UnixUser user)
    {
        if (ChangeLinkOwner(path, user.Uid, user.Gid) != 0)
            throw new IOException($"{path}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
    }

    /// <summary>Ends every process of a group with SIGKILL.</summary>
    /// <param name="group">The group's id, which is its leader's process id.</param>
    /// <returns>Whether there was any.</returns>
    public static bool KillGroup(int group) => SendSignal(-group, Kill) == 0 || Marshal.GetLastPInvokeError() != NoSuchProcess;

    /// <summary>Ends a process with SIGKILL; nothing happens when it has ended.</summary>
    /// <param name="process">Its id.</param>
    public static void KillProcess(int process) => _ = SendSignal(process, Kill);

    /// <summary>Stops a process with SIGSTOP: it starts nothing more.</summary>
    /// <param name="process">Its id.</param>
    public static void StopProcess(int process) => _ = SendSignal(process, Stop);

    /// <summary>Makes this process another user for good.</summary>
    /// <param name="user">The user.</param>
    /// <exception cref="IOException">This process may not.</exception>
    public static void BecomeUser(UnixUser user)
    {
        if (SetGroups(user.Name, user.Gid) != 0 || SetGroup(user.Gid) != 0 || SetUser(user.Uid) != 0)
            throw new IOException($"cannot become {user.Name}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
    }

    private static SafeFileHandle Open(string path, int flags)
    {
        // rw-r--r-- less the umask, should the file be created.
        var descriptor = Open(path, flags, 0x1A4);
        return descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw new IOException($"{path}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeLinkOwner(string path, uint uid, uint gid);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);

    [LibraryImport("libc", EntryPoint = "initgroups", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetGroups(string user, uint gid);

    [LibraryImport("libc", EntryPoint = "setgid", SetLastError = true)]
    private static partial int SetGroup(uint gid);

    [LibraryImport("libc", EntryPoint = "setuid", SetLastError = true)]
    private static partial int SetUser(uint uid);
}
