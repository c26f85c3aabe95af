using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;

namespace WazoPlugind.Debian.Apt;

/// <summary>
/// The lock that package managers take before they start dpkg (frontend-api.txt of dpkg's documentation). It is the process's, so
/// nothing else in it may open the file meanwhile: closing any descriptor of it ends the lock.
/// </summary>
public sealed partial class DpkgLock : IDisposable
{
    private const int GetLock = 5;
    private const int SetLock = 6;
    private const short Write = 1;
    private const short None = 2;

    private readonly FileStream _file;

    private DpkgLock(FileStream file) => _file = file;

    /// <summary>Takes the lock, if neither a package manager nor a dpkg that was left by one is at work.</summary>
    /// <param name="directory">dpkg's directory.</param>
    /// <returns>The lock, or <c>null</c>.</returns>
    public static DpkgLock? TryTake(string directory)
    {
        var file = Open(Frontend(directory), FileAccess.ReadWrite);
        var whole = new FileLock { Type = Write };
        if (Control(file.SafeFileHandle, SetLock, ref whole) == 0 && !IsHeldIn(Database(directory)))
            return new DpkgLock(file);
        file.Dispose();
        return null;
    }

    /// <summary>Whether another process is at work on the packages. Not to be asked by who holds the lock.</summary>
    /// <param name="directory">dpkg's directory.</param>
    public static bool IsHeld(string directory) => IsHeldIn(Frontend(directory)) || IsHeldIn(Database(directory));

    /// <summary>
    /// Whether dpkg or apt-get says that another one held a lock: for one that is gone again when the lock is asked. Debian 12 and 13
    /// have different words; they are not translated, as both run without a locale.
    /// </summary>
    /// <param name="output">What it wrote.</param>
    public static bool IsNamedIn(string output) => Refusal().IsMatch(output);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static string Frontend(string directory) => Path.Join(directory, "lock-frontend");

    private static string Database(string directory) => Path.Join(directory, "lock");

    private static bool IsHeldIn(string path)
    {
        if (!File.Exists(path))
            return false;
        using var file = Open(path, FileAccess.Read);
        var whole = new FileLock { Type = Write };
        return Control(file.SafeFileHandle, GetLock, ref whole) == 0 && whole.Type != None;
    }

    // Shared in every way: otherwise .NET takes a lock of its own.
    private static FileStream Open(string path, FileAccess access) => new(path, new FileStreamOptions
    {
        Mode = access == FileAccess.Read ? FileMode.Open : FileMode.OpenOrCreate,
        Access = access,
        Share = FileShare.ReadWrite | FileShare.Delete,
        UnixCreateMode = access == FileAccess.Read ? null : UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead,
        BufferSize = 0,
    });

    [GeneratedRegex(@"^(?:dpkg: error: )?dpkg (?:frontend|database) lock was locked by .+ process with pid -?\d+|^E: (?:Could not get lock|Unable to acquire the dpkg frontend lock) ", RegexOptions.Multiline)]
    private static partial Regex Refusal();

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, int command, ref FileLock argument);

    // struct flock of Linux on 64-bit machines.
    [StructLayout(LayoutKind.Sequential)]
    private struct FileLock
    {
        public short Type;
        public short Whence;
        public long Start;
        public long Length;
        public int Process;
    }
}
