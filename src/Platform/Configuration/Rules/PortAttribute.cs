namespace WazoPlugind.Platform.Configuration.Rules;

/// <summary>A port of TCP.</summary>
internal sealed class PortAttribute() : BetweenAttribute(1, ushort.MaxValue);
