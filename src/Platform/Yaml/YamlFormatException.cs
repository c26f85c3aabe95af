namespace WazoPlugind.Platform.Yaml;

/// <summary>A text that cannot be read as YAML; the message says where and why.</summary>
/// <param name="message">Where and why, in words.</param>
/// <param name="inner">What the parser threw, if it did.</param>
public sealed class YamlFormatException(string message, Exception? inner = null) : Exception(message, inner);
