using System.Security.Cryptography;
using System.Text;
using WazoPlugind.Messages;

namespace WazoPlugind.Worker.Operations;

/// <summary>A plugin that an installation needs and that is installed by an operation of its own.</summary>
/// <param name="Plugin">The plugin.</param>
/// <param name="Operation">The operation.</param>
internal sealed record Dependency(PluginReference Plugin, Guid Operation)
{
    /// <summary>Whether its operation has ended.</summary>
    public bool HasEnded { get; init; }

    /// <summary>Why it failed, or <c>null</c>.</summary>
    public OperationError? Error { get; init; }

    /// <summary>A dependency with the operation that installs it: the same one when it is asked for again.</summary>
    /// <param name="plugin">The plugin.</param>
    /// <param name="parent">The operation that needs it.</param>
    public static Dependency Of(PluginReference plugin, Guid parent)
    {
        var hash = SHA256.HashData([.. parent.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(plugin.ToString())]);
        // Version 8 (RFC 9562, 5.8): the bits are ours but for the version and the variant.
        hash[6] = (byte)((hash[6] & 0x0f) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Dependency(plugin, new Guid(hash.AsSpan(0, 16), bigEndian: true));
    }
}
