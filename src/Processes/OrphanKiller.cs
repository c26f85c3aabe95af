using System.Text;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Processes;

/// <summary>Finds the processes that a command has started by a mark in their environment: they may have left its process group.</summary>
internal static class OrphanKiller
{
    /// <summary>The variable that holds the mark.</summary>
    public const string Variable = "PLUGIND_STEP";

    /// <summary>Ends every process with a mark. They are stopped first, until there is none that still runs: one that ends may leave others.</summary>
    /// <param name="mark">The mark.</param>
    /// <param name="time">The clock of the wait until they are gone: till then they count for their user.</param>
    public static async Task KillAsync(string mark, TimeProvider time)
    {
        const int rounds = 50;
        HashSet<int> stopped = [];
        for (var (round, more) = (0, true); more && round < rounds; round++)
        {
            more = false;
            foreach (var id in Find(mark).Where(stopped.Add))
            {
                LibC.StopProcess(id);
                more = true;
            }
        }

        foreach (var id in stopped)
            LibC.KillProcess(id);
        for (var round = 0; stopped.Count > 0 && round < rounds && Find(mark).Any(); round++)
            await Task.Delay(TimeSpan.FromMilliseconds(20), time);
    }

    private static IEnumerable<int> Find(string mark) => Directory.EnumerateDirectories("/proc")
        .Select(directory => int.TryParse(Path.GetFileName(directory), out var id) ? id : 0)
        .Where(id => id > 0 && Has(id, mark));

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
