import { type Cause, change, environment, outside } from '../cause.ts';

/** The model: finding it, being allowed to read it, knowing its architecture, reading its files. */
export const MODEL_CAUSES: readonly Cause[] = [
  {
    id: 'model-gated',
    title: 'The model is gated and the Hub refuses it',
    patterns: [
      /Cannot access gated repo for url \S*?huggingface\.co\/(?<model>[^/\s]+\/[^/\s]+)/i,
      /You are trying to access a gated repo/i,
      /GatedRepoError/,
      /Access to model (?<model>\S+) is restricted/i,
      /403 Client Error[^\n]{0,200}(?:huggingface|gated)/i,
    ],
    rank: 'cause',
    explain: ({ facts }) =>
      `${facts.model ?? 'The model'} asks every account to accept its licence, and the engine came without a token of an account that did.`,
    remedies: [
      outside(
        'Accept the licence on the model page, then set HF_TOKEN to a token of that account for the engine (Docker: `-e HF_TOKEN`, Kubernetes: a secret).',
        'the Hub hands the files out',
      ),
    ],
    source: 'huggingface_hub errors.py GatedRepoError',
  },
  {
    id: 'model-not-found',
    title: 'There is no model under that name or path',
    patterns: [
      /RepositoryNotFoundError/,
      /Repository Not Found for url: \S*?huggingface\.co\/(?:api\/models\/)?(?<model>[^/\s]+\/[^/\s]+)/i,
      /(?<model>\S+) is not a local folder and is not a valid model identifier/i,
      /404 Client Error[^\n]{0,120}huggingface/i,
      /Incorrect path_or_model_id: '(?<model>[^']+)'/i,
      /(?<!retrieving \w+: )Repo id must (?:be in the form|use alphanumeric)[^\n]{0,80}/i,
      /HFValidationError/,
      /Invalid repository ID or local directory specified: '(?<model>[^']+)'/i,
      /401 Client Error[^\n]{0,200}huggingface/i,
    ],
    rank: 'cause',
    explain: ({ facts }) =>
      `The Hub knows no public model ${facts.model ?? 'of that name'}, and no such folder with a config.json exists where the engine runs.`,
    remedies: [
      outside(
        'Correct the id, mount the folder into the container under the path that the command names, or set HF_TOKEN for a private model.',
        'the files are found',
      ),
    ],
    source: 'huggingface_hub errors.py, vLLM transformers_utils/config.py',
  },
  {
    id: 'model-config-missing',
    title: 'The folder of the model is incomplete',
    patterns: [
      /Failed to load mistral \S+ config for model/i,
      /No model weights found in|Weight files referenced in index but missing|GGUF files not found in|Could not find checkpoint files/i,
      /Can't get gguf config for/i,
      /No model architectures are specified/i,
      /does not appear to have a file named (?<file>\S+)/i,
      /No such file or directory: '(?<file>[^']*(?:config\.json|\.safetensors|tokenizer[^']*))'/i,
      /Cannot find any model weights with/i,
      /Error while deserializing header|SafetensorError|HeaderTooLarge|MetadataIncompleteBuffer|InvalidHeaderDeserialization/i,
      /No (?:config|params)\.json found|Could not detect config format|No supported config format found/i,
      /Can't load the configuration of/i,
      /Expecting value: line \d+ column \d+ \(char \d+\) \[type=value_error|JSONDecodeError[^\n]{0,80}(?:config|json) ?file/i,
    ],
    rank: 'cause',
    explain: ({ facts }) =>
      `${facts.file ?? 'A file of the checkpoint'} is missing or cut off: a download that did not finish, Git LFS pointers in place of files, or the wrong folder.`,
    remedies: [
      outside(
        'Download the model again (`hf download MODEL`), and name the folder that holds config.json and the weights.',
        'the checkpoint is complete',
      ),
    ],
    source: 'vLLM model_executor/model_loader/weight_utils.py, safetensors',
  },
  {
    id: 'hub-unreachable',
    title: 'The Hub cannot be reached',
    patterns: [
      /(?:CERTIFICATE_VERIFY_FAILED|ProxyError|ReadTimeout|Name or service not known|Temporary failure in name resolution|Max retries exceeded)[^\n]{0,300}(?:huggingface|hf\.co|modelscope)/i,
      /(?:huggingface|hf\.co|modelscope)[^\n]{0,300}(?:CERTIFICATE_VERIFY_FAILED|ProxyError|Read timed out|Max retries exceeded)/i,
      /We couldn't connect to 'https:\/\/huggingface\.co'/i,
      /LocalEntryNotFoundError/,
      /OfflineModeIsEnabled/,
      /HTTPSConnectionPool\(host='(?:huggingface\.co|hf\.co|cdn-lfs[^']*|[^']*xethub[^']*)'/i,
      /429 Client Error|Too Many Requests for url/i,
    ],
    rank: 'cause',
    explain: () => 'The files are not in the local cache, and the download failed: no network, a proxy, offline mode or a rate limit.',
    remedies: [
      outside(
        'Download the model beforehand where there is a network (`hf download MODEL`), and mount that cache or folder.',
        'no download is needed',
      ),
      environment('HF_HUB_OFFLINE', '1', 'the cache is used without asking the Hub'),
    ],
    source: 'huggingface_hub errors.py LocalEntryNotFoundError',
  },
  {
    id: 'trust-remote-code',
    title: 'The model brings code of its own',
    patterns: [
      /contains custom code which must be executed/i,
      /(?:argument|option|set|pass)(?:ing)?[^\n]{0,40}[`'"]?trust[_-]remote[_-]code[ =]*True/i,
      /please (?:set|pass)[^\n]{0,60}trust[_-]remote[_-]code/i,
    ],
    rank: 'cause',
    explain: () => 'Its configuration or tokenizer is code in the repository, which is run only where you say so.',
    remedies: [change('trustRemoteCode')],
    source: 'transformers dynamic_module_utils.py resolve_trust_remote_code',
  },
  {
    id: 'architecture-unsupported',
    title: 'This release does not know the architecture of the model',
    patterns: [
      /Unknown gguf model_type: (?<name>\S+)/i,
      /Unrecognized configuration class/i,
      /Model architectures \[['"](?<name>[^\]]+?)['"]\] (?:are not supported|failed to be inspected)/i,
      /model type [`'"]?(?<name>[\w.-]+)[`'"]?[\s\S]{0,40}?but Transformers does not recognize this architecture/i,
      /Transformers does not recognize this architecture/i,
      /GGUF model with architecture (?<name>[\w.-]+) is not supported/i,
      /(?<name>\w+) is not (?:yet )?supported (?:by|in) (?:this version of )?vLLM/i,
      /(?<name>\w+) has no vLLM implementation/i,
      /Cannot find model module\. '(?<name>[^']+)'/i,
      /KeyError: '(?<name>qwen3(?:_\w+)?|gemma\d\w*|mistral3|llama4|gpt_oss|glm4\w*|deepseek_v\d+|kimi\w*|minimax\w*)'/,
    ],
    rank: 'cause',
    explain: ({ facts, readings: { architecture, version } }) =>
      `${facts.name ?? architecture ?? 'The architecture'} is newer than vLLM${version === null ? '' : ` ${version}`} or the transformers beside it, or its class could not be imported.`,
    remedies: [change('newerRelease'), outside('Update vLLM, and transformers to the version it names.', 'the architecture is known')],
    source: 'vLLM model_executor/models/registry.py, transformers models/auto/configuration_auto.py',
  },
  {
    id: 'tokenizer',
    title: 'The tokenizer cannot be loaded',
    patterns: [
      /Mistral tokenizer is present in/i,
      /fast tokenizer in slow tokenizer mode/i,
      /Tokenizer class (?<name>\w+) does not exist or is not currently imported/i,
      /Can't load tokenizer for '(?<name>[^']+)'/i,
      /Failed to load the tokenizer/i,
      /Couldn't instantiate the backend tokenizer/i,
      /Error(?: when)? loading tokenizer|data did not match any variant of untagged enum/i,
      /(?:requires|need(?:s)? to install)[^\n]{0,60}(?:sentencepiece|tiktoken|mistral[_-]common)/i,
      /(?<name>\w*Tokenizer\w*)'?(?: object)? has no attribute/,
      /Converting from (?:Tiktoken|SentencePiece) failed/i,
      /has no attribute '?all_special_tokens_extended/,
      /tokenizer[^\n]{0,60}(?:not found|could not be loaded|is missing)/i,
    ],
    rank: 'cause',
    explain: ({ facts }) =>
      `The tokenizer${facts.name ? ` ${facts.name}` : ''} needs a package or a transformers version that is not installed, or its files are missing.`,
    remedies: [
      outside(
        'Install the transformers version that this vLLM release names, and the package that the message names; or point --tokenizer at a complete copy.',
        'the tokenizer loads',
      ),
    ],
    source: 'vLLM transformers_utils/tokenizer.py',
  },
  {
    id: 'chat-template',
    title: 'The chat template is missing',
    patterns: [
      /The supplied chat template[^\n]{0,60}(?:looks like a file path|appears to be)/i,
      /default chat template is no longer allowed|chat template[^\n]{0,40}(?:must be provided|not (?:found|defined|set))/i,
      /no chat template is (?:set|defined)/i,
    ],
    rank: 'cause',
    explain: () => 'The tokenizer of this model has no chat template, or the file given for it is not there.',
    remedies: [
      outside(
        'Give one with --chat-template FILE (base models have none: use /v1/completions), by a path that exists inside the container.',
        'chat requests work',
      ),
    ],
    source: 'vLLM entrypoints/chat_utils.py',
  },
  {
    id: 'runner-mismatch',
    title: 'The model was started for another kind of task',
    patterns: [
      /has no attribute 'pooler'/,
      /does not support (?:the )?(?:Chat Completions|Completions|Embeddings?|Score|Rerank|Classification|Pooling|Transcriptions) API/i,
      /This model does not support [`'"]?(?:--runner|--task|--convert)[^\n]{0,60}/i,
      /(?:pooling|generate|embed|score)[`'"]? (?:task|runner) (?:is not supported|which is not supported)/i,
    ],
    rank: 'cause',
    explain: () => 'A model that writes text was asked to embed or score, or the other way round.',
    remedies: [
      change('poolingRunner'),
      outside(
        'Start it with `--runner pooling` (and `--convert`), or as a generating model.',
        'the engine has the endpoints that are asked for',
      ),
    ],
    source: 'vLLM config/model.py, https://docs.vllm.ai/en/latest/models/pooling_models.html',
  },
  {
    id: 'model-code',
    title: 'The code of the model and its processor disagree',
    patterns: [
      /most likely due to incorrect implementation of the model's/i,
      /Failed to apply prompt replacement/i,
      /Failed to apply \w+Processor/i,
      /Expected number of multimodal embeddings to match/i,
    ],
    rank: 'cause',
    explain: () =>
      'The engine tries the largest image or audio at start-up, and the processor of this checkpoint gives something else than the model code expects: another transformers version, or a changed processor file.',
    remedies: [
      change('textOnly', 'newerRelease'),
      outside(
        'Install the transformers version that this release names, and download the processor files again.',
        'model and processor agree',
      ),
    ],
    source: 'vLLM v1/worker/utils.py sanity_check_mm_encoder_outputs, multimodal/processing.py',
  },
  {
    id: 'weights-mismatch',
    title: 'The checkpoint does not have the weights that the model expects',
    patterns: [
      /There is no module or parameter named '(?<name>[^']+)' in/i,
      /Following weights were not initialized from checkpoint/i,
      /KeyError: '(?<name>[\w.]*(?:layers\.\d+|lm_head|embed_tokens|visual|experts|_proj|weight)[\w.]*)'/,
      /Attempted to load weight \([^\n]{0,80}into parameter/i,
      /loaded_weight\.(?:shape|size)[^\n]{0,60}(?:==|!=)/,
      /(?:==|!=) loaded_weight\.(?:shape|size)/,
      /failed to map GGUF parameters/i,
      /(?:size|shape) mismatch for (?<name>[\w.]+)/i,
      /Trying to set a tensor of shape/i,
      /The size of tensor a \(\d+\) must match the size of tensor b/i,
    ],
    rank: 'general',
    explain: ({ facts }) =>
      `${facts.name ? `The weight ${facts.name}` : 'A weight'} has another name or shape than this release's model code expects: another quantization, an adapter in place of a model, or a newer checkpoint.`,
    remedies: [
      change('newerRelease'),
      outside('Update vLLM, or serve a checkpoint whose format this release reads.', 'names and shapes agree'),
    ],
    source: 'vLLM model_executor/models/utils.py AutoWeightsLoader',
  },
];
