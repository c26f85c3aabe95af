using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace WazoPlugind.Processes.Files;

/// <summary>
/// Deletes trees of which anything may be expected: paths longer than the system takes, names that are no text, directories without
/// permissions, links put there meanwhile. Another file system that is mounted in it stays.
/// </summary>
public static class TreeDeletion
{
    // errno(3), the same on every machine that Debian runs on.
    private const int NoSuchFile = 2;
    private const int OtherFileSystem = 18;
    private const int NotADirectory = 20;

    /// <summary>Deletes a directory with all that is in it; nothing happens when there is none.</summary>
    /// <param name="path">The directory; a link or a file of that name is deleted itself.</param>
    /// <exception cref="IOException">Something cannot be deleted; all that can be is.</exception>
    public static void Delete(string path)
    {
        path = Path.TrimEndingDirectorySeparator(path);
        // As a rule the directory above is the caller's own: what is in it is not replaced by others.
        using var parent = DirectoryHandle.Open(Path.GetDirectoryName(path)!);
        var error = parent is not null ? Delete(parent, Encoding.UTF8.GetBytes(Path.GetFileName(path) + "\0")) : Marshal.GetLastPInvokeError();
        if (error is not (0 or NoSuchFile))
            throw new IOException($"{path}: {new Win32Exception(error).Message}");
    }

    /// <returns>The number of the first error, or 0.</returns>
    private static int Delete(DirectoryHandle parent, byte[] name)
    {
        if (parent.Delete(name, isDirectory: true))
            return 0;
        if (Marshal.GetLastPInvokeError() is NotADirectory)
            return parent.Delete(name, isDirectory: false) ? 0 : Marshal.GetLastPInvokeError();
        parent.MakeAccessible(name);
        using (var directory = parent.Open(name))
        {
            if (directory is null)
                return Marshal.GetLastPInvokeError();
            if (Empty(directory) is var error and not 0)
                return error;
        }

        return parent.Delete(name, isDirectory: true) ? 0 : Marshal.GetLastPInvokeError();
    }

    // Directories come up to the top before they are emptied: however deep they are, two are open at a time.
    private static int Empty(DirectoryHandle top)
    {
        var (device, number, firstError) = (top.Device, 0, 0);
        for (var progress = true; progress;)
        {
            (progress, firstError) = (false, 0);
            foreach (var (name, isDirectory) in top.Entries())
                progress |= Did(top.Delete(name, isDirectory), isNews: !isDirectory) || (isDirectory && EmptyBelow(name));
        }

        return firstError;

        bool EmptyBelow(byte[] name)
        {
            top.MakeAccessible(name);
            using var directory = top.Open(name);
            if (!Did(directory is not null))
                return false;
            if (directory!.Device != device)
            {
                Marshal.SetLastPInvokeError(OtherFileSystem);
                return Did(false);
            }

            var progress = false;
            foreach (var (below, isDirectory) in directory.Entries())
                progress |= Did(directory.Delete(below, isDirectory), isNews: !isDirectory) || (isDirectory && ComeUp(directory, below));
            return top.Delete(name, isDirectory: true) || progress;
        }

        bool ComeUp(DirectoryHandle directory, byte[] name)
        {
            directory.MakeAccessible(name);
            byte[] newName;
            do
                newName = Encoding.ASCII.GetBytes($".{number++}\0");
            while (top.StatusOf(newName) is not null);
            return Did(directory.Move(name, top, newName));
        }

        // A directory that is not empty yet is no news.
        bool Did(bool succeeded, bool isNews = true)
        {
            if (!succeeded && isNews && firstError == 0 && Marshal.GetLastPInvokeError() is var error and not NoSuchFile)
                firstError = error;
            return succeeded;
        }
    }
}
