using System.Text;

namespace WazoPlugind.Plugins.Processes;

/// <summary>Finds the processes that a command has started by a mark in their environment: they may have left its process group.</summary>
internal static class MarkedProcesses
{
    /// <summary>The variable that holds the mark.</summary>
    public const string Variable = "PLUGIND_STEP";

    /// <summary>Ends every process with a mark, until there is none: each may start others in the meantime.</summary>
    /// <param name="mark">The mark.</param>
    public static void Kill(string mark)
    {
        const int rounds = 50;
        for (var round = 0; round < rounds; round++)
        {
            var found = Directory.EnumerateDirectories("/proc")
                .Select(directory => int.TryParse(Path.GetFileName(directory), out var id) ? id : 0)
                .Where(id => id > 0 && Has(id, mark))
                .ToList();
            if (found.Count == 0)
                return;
            foreach (var id in found)
                LibC.KillProcess(id);
        }
    }

    private static bool Has(int process, string mark)
    {
        try
        {
            return File.ReadAllBytes($"/proc/{process}/environ").AsSpan().IndexOf(Encoding.UTF8.GetBytes($"{Variable}={mark}")) >= 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended, or it is another user's.
            return false;
        }
    }
}
