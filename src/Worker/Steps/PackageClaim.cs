using WazoPlugind.Plugins.Building;

namespace WazoPlugind.Worker.Steps;

/// <summary>
/// Decides between the package manager and who cancels an operation: whoever is first has it. It is a symbolic link beside the work
/// directories, as that is made at once with what it says (symlink(2)), and outlives this process.
/// </summary>
internal static class PackageClaim
{
    /// <summary>The package manager has the operation.</summary>
    public const string Installer = "installer";

    /// <summary>The operation is cancelled.</summary>
    public const string Cancellation = "cancellation";

    /// <summary>Takes the operation.</summary>
    /// <param name="workspace">Its work directories.</param>
    /// <param name="who">One of the names here.</param>
    /// <returns>Whether it has it, now or from before.</returns>
    public static bool TryTake(Workspace workspace, string who)
    {
        try
        {
            Directory.CreateDirectory(workspace.Operation);
            File.CreateSymbolicLink(PathOf(workspace), who);
            return true;
        }
        // There is one; or it cannot be made here, and then nothing is decided here.
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new FileInfo(PathOf(workspace)).LinkTarget is { } taken ? taken == who : who == Installer;
        }
    }

    private static string PathOf(Workspace workspace) => Path.Join(workspace.Operation, "claim");
}
