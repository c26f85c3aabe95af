namespace WazoPlugind.Operations.Changes;

/// <summary>
/// A file beside the database that is written after each change: the kernel tells whoever watches it. The database's own files tell too early, as
/// what is written there is not visible before it is on the disk.
/// </summary>
internal static class ChangeMark
{
    /// <summary>The file of a database.</summary>
    /// <param name="database">The database.</param>
    public static string Of(string database) => Path.GetFullPath(database) + ".changed";

    /// <summary>Says that the database has changed. Where that cannot be said, readers learn of it with the next change.</summary>
    /// <param name="database">The database.</param>
    public static void Write(string database)
    {
        try
        {
            using var mark = File.OpenHandle(Of(database), FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            RandomAccess.Write(mark, "\n"u8, fileOffset: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk.
        }
    }
}
