import { gzipSync } from 'zlib';
import { pack } from 'tar-stream';

/**
 * The tests' smallest model: an XGBoost booster of one tree with two leaves, in XGBoost's JSON.
 *
 * XGBoost wants a point in each number that is none of places or counts, and JSON.stringify leaves that of 1.0 out: so none of these is whole.
 */
export const BOOSTER = {
  version: [1, 7, 4],
  learner: {
    attributes: {},
    feature_names: [],
    feature_types: [],
    learner_model_param: { base_score: '0E0', boost_from_average: '0', num_class: '0', num_feature: '2', num_target: '1' },
    objective: { name: 'reg:squarederror', reg_loss_param: { scale_pos_weight: '1' } },
    gradient_booster: {
      name: 'gbtree',
      model: {
        gbtree_model_param: { num_parallel_tree: '1', num_trees: '1', size_leaf_vector: '0' },
        tree_info: [0],
        trees: [{
          tree_param: { num_deleted: '0', num_feature: '2', num_nodes: '3', size_leaf_vector: '0' },
          id: 0,
          parents: [2147483647, 0, 0],
          left_children: [1, -1, -1],
          right_children: [2, -1, -1],
          split_indices: [0, 0, 0],
          split_conditions: [0.5, 1.25, 3.75], // of the root the limit, of the leaves the answers
          split_type: [0, 0, 0],
          default_left: [1, 0, 0],
          base_weights: [2.5, 1.25, 3.75],
          loss_changes: [4.5, 0.5, 0.5],
          sum_hessian: [4.5, 2.25, 2.25],
          categories: [],
          categories_nodes: [],
          categories_segments: [],
          categories_sizes: [],
        }],
      },
    },
  },
};

/** The image takes the first file that is there. By the end of its name XGBoost knows the format. */
export const modelArchive = () => archive('xgboost-model.json', JSON.stringify(BOOSTER));

/** What Inference Recommender sends. */
export const payloadArchive = () => archive('payload.csv', '1,0\n');

/** Same files, same bytes: no time is in it. */
async function archive(name: string, content: string): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name, mtime: new Date(0) }, content);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) {
    chunks.push(chunk as Buffer);
  }
  return gzipSync(Buffer.concat(chunks));
}
