using System.Globalization;

namespace WazoPlugind.Processes;

/// <summary>What this process may do beyond what its user may: everything as root, or what its capabilities say (capabilities(7)).</summary>
public static class ProcessRights
{
    // CAP_CHOWN, CAP_KILL, CAP_SETGID and CAP_SETUID.
    private const ulong OfBuilder = 1UL << 0 | 1UL << 5 | 1UL << 6 | 1UL << 7;

    private static readonly ulong Effective = Read("/proc/self/status");

    /// <summary>Whether commands can be run as other users, ended, and what they leave be taken back.</summary>
    public static bool CanBecomeOthers { get; } = Environment.IsPrivilegedProcess || (Effective & OfBuilder) == OfBuilder;

    /// <summary>Whether commands would inherit capabilities that are none of their business; root's are gone with the user.</summary>
    internal static bool AreInherited { get; } = !Environment.IsPrivilegedProcess && Effective != 0;

    /// <summary>The capabilities of a process that count.</summary>
    /// <param name="status">What proc(5) says of it.</param>
    internal static ulong Read(string status)
    {
        const string name = "CapEff:";
        var line = File.ReadLines(status).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        return ulong.TryParse(line.AsSpan(line is null ? 0 : name.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var mask) ? mask : 0;
    }
}
