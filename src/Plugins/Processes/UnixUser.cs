using System.Globalization;

namespace WazoPlugind.Plugins.Processes;

/// <summary>A user of the machine.</summary>
/// <param name="Name">The login name.</param>
/// <param name="Uid">The user's id.</param>
/// <param name="Gid">The id of its primary group.</param>
public sealed record UnixUser(string Name, uint Uid, uint Gid)
{
    /// <summary>The owner of the system's own files.</summary>
    public static UnixUser Root { get; } = new("root", 0, 0);

    /// <summary>Finds a user in <c>/etc/passwd</c>, where system users are (Debian policy 9.2).</summary>
    /// <param name="name">The login name.</param>
    /// <returns>The user, or <c>null</c>.</returns>
    public static UnixUser? Find(string name)
    {
        foreach (var line in File.ReadLines("/etc/passwd"))
        {
            var fields = line.Split(':');
            if (fields.Length > 3 && fields[0] == name
                && uint.TryParse(fields[2], CultureInfo.InvariantCulture, out var uid)
                && uint.TryParse(fields[3], CultureInfo.InvariantCulture, out var gid))
            {
                return new UnixUser(name, uid, gid);
            }
        }

        return null;
    }
}
