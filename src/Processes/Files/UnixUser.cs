using System.Globalization;

namespace WazoPlugind.Processes.Files;

/// <summary>A user of the machine.</summary>
/// <param name="Name">The login name.</param>
/// <param name="Uid">The user's id.</param>
/// <param name="Gid">The id of its primary group.</param>
public sealed record UnixUser(string Name, uint Uid, uint Gid)
{
    /// <summary>The owner of the system's own files.</summary>
    public static UnixUser Root { get; } = new("root", 0, 0);

    /// <summary>Whoever this process runs as.</summary>
    public static UnixUser Own { get; } = Environment.IsPrivilegedProcess ? Root : Find(Environment.UserName) ?? Root;

    /// <summary>Finds a user in <c>/etc/passwd</c>, where system users are (Debian policy 9.2).</summary>
    /// <param name="name">The login name.</param>
    /// <returns>The user, or <c>null</c>.</returns>
    public static UnixUser? Find(string name) => All().FirstOrDefault(user => user.Name == name);

    /// <summary>The login name of a user, or the id where there is none.</summary>
    /// <param name="uid">The user's id.</param>
    public static string NameOf(uint uid) => All().FirstOrDefault(user => user.Uid == uid)?.Name ?? $"the user with the id {uid}";

    private static IEnumerable<UnixUser> All()
    {
        foreach (var line in File.ReadLines("/etc/passwd"))
        {
            var fields = line.Split(':');
            if (fields.Length > 3
                && uint.TryParse(fields[2], CultureInfo.InvariantCulture, out var uid)
                && uint.TryParse(fields[3], CultureInfo.InvariantCulture, out var gid))
            {
                yield return new UnixUser(fields[0], uid, gid);
            }
        }
    }
}
