using System.Security.Cryptography;
using System.Text;
using WazoPlugind.Messages;

namespace WazoPlugind.Worker.Sagas;

/// <summary>A part of an operation that is an operation of its own: a plugin that is needed, or one of many to update.</summary>
/// <param name="Plugin">The plugin.</param>
/// <param name="Operation">The operation.</param>
internal sealed record ChildOperation(PluginReference Plugin, Guid Operation)
{
    /// <summary>Whether it has ended.</summary>
    public bool HasEnded { get; init; }

    /// <summary>Why it failed, or <c>null</c>.</summary>
    public OperationError? Error { get; init; }

    /// <summary>The part of an operation that works on a plugin: the same one when it is asked for again.</summary>
    /// <param name="plugin">The plugin.</param>
    /// <param name="parent">The operation that it is part of.</param>
    public static ChildOperation Of(PluginReference plugin, Guid parent)
    {
        var hash = SHA256.HashData([.. parent.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(plugin.ToString())]);
        // Version 8 (RFC 9562, 5.8): the bits are ours but for the version and the variant.
        hash[6] = (byte)((hash[6] & 0x0f) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new ChildOperation(plugin, new Guid(hash.AsSpan(0, 16), bigEndian: true));
    }
}
